// Package job brings a dispatched playbook from its metadata to its last upload.
package job

import (
	"context"

	"hopcheck.example/worker/internal/event"
	"hopcheck.example/worker/internal/playbook"
)

// Upload is one call of the dispatcher's Transmit: its own id, and that of the message that it answers.
type Upload struct {
	Addr       string
	ID         string
	ResponseTo string
	Metadata   map[string]string
	Data       []byte
}

// Parts do the work of a job.
type Parts struct {
	// Verify returns the playbook that may be run. Nil where nothing is verified.
	Verify func(ctx context.Context, text []byte) ([]byte, error)
	// Prepare makes of it the one that Ansible gets.
	Prepare playbook.Preparation
	// Run runs that under an id.
	Run func(ctx context.Context, id string, text []byte) error
	// Reduce makes of ansible-runner's events those that are uploaded.
	Reduce event.Reduction
	// Transmit returns the status of the request that the dispatcher made.
	Transmit func(ctx context.Context, upload Upload) (status int, err error)
}
