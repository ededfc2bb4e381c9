// Package event makes the lines of an upload: the worker's own events, and ansible-runner's in short.
package event

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
)

// Event is one line of an upload.
type Event map[string]any

// What is uploaded of ansible-runner's events, and of their event_data.
var (
	Members     = []string{"counter", "end_line", "event", "runner_ident", "start_line", "stdout", "uuid"}
	DataMembers = []string{
		"crc_dispatcher_error_code", "crc_dispatcher_error_details", "host", "playbook", "playbook_uuid",
	}
)

const (
	data          = "event_data"
	correlationID = "crc_dispatcher_correlation_id"
)

// Codes of failures.
const (
	AlreadyRunning   = "ANSIBLE_PLAYBOOK_ALREADY_RUNNING"
	SignatureInvalid = "ANSIBLE_PLAYBOOK_SIGNATURE_VALIDATION_FAILED"
	YAMLInvalid      = "ANSIBLE_YAML_VALIDATION_FAILED"
	Undefined        = "UNDEFINED_ERROR"
)

// Started is the first event of a stream.
func Started(id string) Event {
	event := executor("executor_on_start", map[string]any{correlationID: id})
	event["stdout"] = ""
	return event
}

// Failed is the last event of a stream whose playbook did not run, or ran badly.
func Failed(id, code, details string) Event {
	return executor("executor_on_failed", map[string]any{
		correlationID:                  id,
		"crc_dispatcher_error_code":    code,
		"crc_dispatcher_error_details": details,
	})
}

// Reduction makes an event to upload from one of ansible-runner's, a JSON object.
type Reduction func(text []byte, id string) (Event, error)

// Keeping is the reduction to these members. The correlation id is added; counter and lines are, where they are lacking.
func Keeping(members, dataMembers []string) Reduction {
	return func(text []byte, id string) (Event, error) {
		var whole map[string]any
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(&whole); err != nil {
			return nil, fmt.Errorf("no job event: %w", err)
		}
		event := Event{"counter": -1, "start_line": 0, "end_line": 0}
		keep(event, whole, members)
		inner, _ := whole[data].(map[string]any)
		reduced := map[string]any{}
		keep(reduced, inner, dataMembers)
		reduced[correlationID] = id
		event[data] = reduced
		return event, nil
	}
}

// NewID returns a random UUID, version 4.
func NewID() string {
	var raw [16]byte
	if _, err := rand.Read(raw[:]); err != nil {
		panic(err)
	}
	raw[6] = raw[6]&0x0f | 0x40
	raw[8] = raw[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", raw[:4], raw[4:6], raw[6:8], raw[8:10], raw[10:])
}

func executor(name string, inner map[string]any) Event {
	return Event{"event": name, "uuid": NewID(), "counter": -1, "start_line": 0, "end_line": 0, data: inner}
}

func keep(to, from map[string]any, members []string) {
	for _, name := range members {
		if value := from[name]; value != nil {
			to[name] = value
		}
	}
}
