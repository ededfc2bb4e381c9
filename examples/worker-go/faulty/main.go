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
	parts.Reduce = event.Keeping(append([]string{"created"}, event.Members...), event.DataMembers)
	return parts
}
