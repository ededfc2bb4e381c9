package job

import (
	"context"
	"errors"
	"sync"
	"time"

	"hopcheck.example/worker/internal/event"
	"hopcheck.example/worker/internal/logs"
	"hopcheck.example/worker/internal/program"
	"hopcheck.example/worker/internal/request"
)

// Jobs runs one playbook at a time.
type Jobs struct {
	parts    Parts
	override time.Duration
	running  sync.Mutex
}

// New takes an interval above zero for that of every message.
func New(parts Parts, override time.Duration) *Jobs {
	return &Jobs{parts: parts, override: override}
}

// Accept decides at once what becomes of a message, and returns what is then left to do. Of two messages the first one
// accepted runs, however late its work begins. Where the metadata do not do, nothing is run and nobody told.
func (jobs *Jobs) Accept(ctx context.Context, messageID string, metadata map[string]string, text []byte) func() {
	asked, err := request.Read(messageID, metadata, jobs.override)
	if err != nil {
		return func() { logs.Error("message %s: %v", messageID, err) }
	}
	report := newReport(jobs.parts, asked)
	if !jobs.running.TryLock() {
		return func() { report.end(nil, &failure{event.AlreadyRunning, errors.New("another playbook is running")}) }
	}
	return func() {
		events := program.NewJobEvents(asked.CorrelationID)
		ended := make(chan *failure, 1)
		go func() {
			failed := jobs.execute(ctx, asked.CorrelationID, text)
			// Whoever is told of the end may send the next one.
			jobs.running.Unlock()
			ended <- failed
		}()
		report.follow(events, ended)
	}
}

type failure struct {
	code  string
	cause error
}

func (jobs *Jobs) execute(ctx context.Context, id string, text []byte) *failure {
	if jobs.parts.Verify != nil {
		verified, err := jobs.parts.Verify(ctx, text)
		if err != nil {
			return &failure{event.SignatureInvalid, err}
		}
		text = verified
	}
	prepared, err := jobs.parts.Prepare(text)
	if err != nil {
		return &failure{event.YAMLInvalid, err}
	}
	if err := jobs.parts.Run(ctx, id, prepared); err != nil {
		return &failure{event.Undefined, err}
	}
	return nil
}
