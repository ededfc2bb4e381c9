package playbook

import (
	"strings"
	"testing"
)

const signed = `---
# Two plays.
- name: first
  hosts: localhost
  become: yes
  gather_facts: false
  vars:
    insights_signature: !!binary |
      TFMw
    insights_signature_exclude: /hosts,/vars/insights_signature
    mode: 0644
  tasks:
    - name: "write: it"
      copy: {content: "a\n b\n", dest: /tmp/it}
- name: second
  hosts: all
  vars: {insights_signature: x, insights_signature_exclude: /hosts}
  tasks:
    - command: insights-client
`

const prepared = `- name: first
  hosts: localhost
  become: yes
  vars:
    mode: 0644
  tasks:
    - name: "write: it"
      copy: {content: "a\n b\n", dest: /tmp/it}
- name: second
  hosts: all
  vars: {}
  tasks:
    - command: insights-client
`

func TestWithoutSignature(t *testing.T) {
	got, err := Without(SignatureVars...)([]byte(signed))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != prepared {
		t.Errorf("got:\n%s\nwanted:\n%s", got, prepared)
	}
}

func TestRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty":                    "",
		"no YAML":                  "[",
		"a map":                    "hosts: all",
		"a play that is text":      "- all",
		"two documents":            "- hosts: all\n---\n- hosts: all\n",
		"a key twice":              "- hosts: all\n  hosts: none\n",
		"a variable twice":         "- {hosts: all, vars: {a: 1, a: 2}}",
		"an alias of what is gone": "- {hosts: all, pre_tasks: &more [], tasks: *more}",
		"a signature by merging":   "- {hosts: all, vars: {<<: {insights_signature: x}}}",
	} {
		if got, err := Without(SignatureVars...)([]byte(text)); err == nil {
			t.Errorf("%s: accepted as\n%s", name, got)
		}
	}
}

func TestAliasedVars(t *testing.T) {
	for _, second := range []string{"*v", "{<<: *v}"} {
		text := "- {hosts: all, vars: &v {insights_signature: x, a: 1}}\n- {hosts: all, vars: " + second + "}\n"
		got, err := Without(SignatureVars...)([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(got), "insights_signature") || !strings.Contains(string(got), "a: 1") {
			t.Errorf("got:\n%s", got)
		}
	}
}
