// Package playbook makes of a verified playbook the one that Ansible runs.
package playbook

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"

	"gopkg.in/yaml.v3"
)

// SignatureVars are the variables of a play that bear its signature.
var SignatureVars = []string{"insights_signature", "insights_signature_exclude"}

var playKeys = []string{"name", "hosts", "become", "vars", "tasks"}

var errAltered = errors.New("it would not mean the same afterwards")

// Preparation turns the text of a playbook into another.
type Preparation func(text []byte) ([]byte, error)

// Without is the preparation that leaves these variables out of every play, and all keys but name, hosts, become, vars
// and tasks. The rest stays as it is spelled: it is what was verified.
func Without(vars ...string) Preparation {
	return func(text []byte) ([]byte, error) {
		plays, err := parse(text)
		if err != nil {
			return nil, err
		}
		for _, play := range plays.Content {
			filter(play, func(key string) bool { return contains(playKeys, key) })
			for at := 0; at+1 < len(play.Content); at += 2 {
				if play.Content[at].Value == "vars" {
					filter(play.Content[at+1], func(key string) bool { return !contains(vars, key) })
				}
			}
		}
		return write(plays, vars)
	}
}

// parse returns the only document of a text, a list of maps, without comments and with every play and its vars in place
// of an alias of them.
func parse(text []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, second yaml.Node
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("cannot read the playbook: %w", err)
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, errors.New("the playbook has more than one document")
	}
	plays := document.Content[0]
	if plays.Kind != yaml.SequenceNode {
		return nil, errors.New("the playbook is no list")
	}
	for at, play := range plays.Content {
		if play.Kind != yaml.MappingNode {
			return nil, fmt.Errorf("play %d is no map", at+1)
		}
	}
	uncomment(plays)
	return plays, nil
}

// write makes sure that what is read of the text is what it was made of.
func write(plays *yaml.Node, removed []string) ([]byte, error) {
	var wanted, got []map[string]any
	if err := plays.Decode(&wanted); err != nil {
		return nil, fmt.Errorf("cannot read the playbook: %w", err)
	}
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(plays); err != nil {
		return nil, fmt.Errorf("cannot write the playbook: %w", err)
	}
	if err := yaml.Unmarshal(text.Bytes(), &got); err != nil {
		return nil, fmt.Errorf("cannot write the playbook: %w", err)
	}
	if !reflect.DeepEqual(wanted, got) {
		return nil, fmt.Errorf("cannot write the playbook: %w", errAltered)
	}
	for at, play := range got {
		vars, _ := play["vars"].(map[string]any)
		for _, name := range removed {
			if _, left := vars[name]; left {
				return nil, fmt.Errorf("play %d merges %s into its vars", at+1, name)
			}
		}
	}
	return text.Bytes(), nil
}

func filter(node *yaml.Node, keep func(key string) bool) {
	if node.Kind != yaml.MappingNode {
		return
	}
	kept := make([]*yaml.Node, 0, len(node.Content))
	for at := 0; at+1 < len(node.Content); at += 2 {
		if keep(node.Content[at].Value) {
			kept = append(kept, node.Content[at], node.Content[at+1])
		}
	}
	node.Content = kept
}

func uncomment(node *yaml.Node) {
	node.HeadComment, node.LineComment, node.FootComment = "", "", ""
	for _, inner := range node.Content {
		uncomment(inner)
	}
}

func contains(names []string, name string) bool {
	for _, each := range names {
		if each == name {
			return true
		}
	}
	return false
}
