// Command hopcheck-example-worker is a playbook worker for yggdrasil: it has playbooks verified, runs them with
// ansible-runner and uploads what comes of them.
package main

import (
	"os"

	"hopcheck.example/worker/internal/app"
	"hopcheck.example/worker/internal/job"
)

func main() {
	as := func(parts job.Parts) job.Parts { return parts }
	os.Exit(app.Main("hopcheck-example-worker", os.Args[1:], as))
}
