package event

import (
	"encoding/json"
	"reflect"
	"regexp"
	"testing"
)

const id = "ef22da9e-5d7c-4ce3-992d-ee42cff1702d"

func TestKeeping(t *testing.T) {
	for text, wanted := range map[string]string{
		`{"counter": 7, "uuid": "u", "event": "runner_on_ok", "stdout": "ok", "start_line": 1, "end_line": 2, "created": "now",
		  "event_data": {"host": "h", "task": "t", "playbook": "p", "playbook_uuid": null, "crc_dispatcher_correlation_id": "another"}}`: `
		 {"counter": 7, "uuid": "u", "event": "runner_on_ok", "stdout": "ok", "start_line": 1, "end_line": 2,
		  "event_data": {"host": "h", "playbook": "p", "crc_dispatcher_correlation_id": "` + id + `"}}`,
		`{"uuid": "u", "event": "verbose", "event_data": []}`: `
		 {"counter": -1, "uuid": "u", "event": "verbose", "start_line": 0, "end_line": 0,
		  "event_data": {"crc_dispatcher_correlation_id": "` + id + `"}}`,
	} {
		reduced, err := Keeping(Members, DataMembers)([]byte(text), id)
		if err != nil {
			t.Fatal(err)
		}
		line, err := json.Marshal(reduced)
		if err != nil {
			t.Fatal(err)
		}
		if got, asked := read(t, string(line)), read(t, wanted); !reflect.DeepEqual(got, asked) {
			t.Errorf("got %v, wanted %v", got, asked)
		}
	}
	if _, err := Keeping(Members, DataMembers)([]byte(`[]`), id); err == nil {
		t.Error("a list is taken for an event")
	}
}

func TestNewID(t *testing.T) {
	form := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	if one, other := NewID(), NewID(); !form.MatchString(one) || one == other {
		t.Errorf("%s, then %s", one, other)
	}
}

func read(t *testing.T, text string) (value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}
