// Package app puts the worker together, and lets it live until it is told to end.
package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"hopcheck.example/worker/internal/bus"
	"hopcheck.example/worker/internal/config"
	"hopcheck.example/worker/internal/event"
	"hopcheck.example/worker/internal/job"
	"hopcheck.example/worker/internal/logs"
	"hopcheck.example/worker/internal/playbook"
	"hopcheck.example/worker/internal/program"
)

const version = "1.0.0"

// What a playbook under way gets to end, and to be told of, once the worker has to.
const grace = 2 * time.Second

// Main returns the exit status: 0 after SIGTERM, 1 where the worker could not start or lost its bus, 2 for wrong
// arguments. Its parts are what as makes of the usual ones.
func Main(name string, arguments []string, as func(job.Parts) job.Parts) int {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	file := flags.String("config", config.File, "configuration `file`")
	asked := flags.Bool("version", false, "print name and version")
	if err := flags.Parse(arguments); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	if *asked {
		fmt.Println(name, version)
		return 0
	}
	if err := serve(*file, as); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		return 1
	}
	return 0
}

func serve(file string, as func(job.Parts) job.Parts) error {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	options, err := config.Load(file)
	if err != nil {
		return err
	}
	conn, err := bus.Connect()
	if err != nil {
		return err
	}
	defer conn.Close()
	parts := job.Parts{
		Verify:   program.Verify,
		Prepare:  playbook.Without(playbook.SignatureVars...),
		Run:      program.Run,
		Reduce:   event.Keeping(event.Members, event.DataMembers),
		Transmit: bus.Transmit(conn),
	}
	if !options.VerifyPlaybook {
		parts.Verify = nil
	}
	jobs := job.New(as(parts), options.ResponseInterval)
	accept := func(id string, metadata map[string]string, data []byte) func() {
		return jobs.Accept(ctx, id, metadata, data)
	}
	worker, err := bus.Serve(conn, options.Directive, accept)
	if err != nil {
		return err
	}
	logs.Info("serving %s", options.Directive)
	select {
	case <-conn.Context().Done():
		return errors.New("the bus went away")
	case <-ctx.Done():
	}
	select {
	case <-worker.Idle():
	case <-time.After(grace):
	}
	return worker.Stop()
}
