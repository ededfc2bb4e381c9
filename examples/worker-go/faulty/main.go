// Command hopcheck-example-worker-faulty is the worker with three of its parts exchanged for wrong ones, which
// ../faulty.yaml lists.
package main

import (
	"context"
	"os"

	"hopcheck.example/worker/internal/app"
	"hopcheck.example/worker/internal/event"
	"hopcheck.example/worker/internal/job"
	"hopcheck.example/worker/internal/playbook"
)

func main() {
	os.Exit(app.Main("hopcheck-example-worker-faulty", os.Args[1:], spoil))
}

func spoil(parts job.Parts) job.Parts {
	transmit := parts.Transmit
	parts.Transmit = func(ctx context.Context, upload job.Upload) (int, error) {
		upload.ResponseTo = upload.ID
		return transmit(ctx, upload)
	}
	parts.Prepare = playbook.Without("insights_signature")
	reduce, more := parts.Reduce, event.Keeping(append([]string{"created"}, event.Members...), event.DataMembers)
	parts.Reduce = func(text []byte, id string) (event.Event, error) {
		reduced, err := reduce(text, id)
		if err == nil && reduced["event"] == "playbook_on_stats" {
			return more(text, id)
		}
		return reduced, err
	}
	return parts
}
