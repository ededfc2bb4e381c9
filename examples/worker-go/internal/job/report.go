package job

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"hopcheck.example/worker/internal/event"
	"hopcheck.example/worker/internal/logs"
	"hopcheck.example/worker/internal/program"
	"hopcheck.example/worker/internal/request"
	"hopcheck.example/worker/internal/upload"
)

// A daemon may never answer, and the job is to end all the same.
const patience = time.Minute

// report is the stream of one job's events. Each upload holds all so far.
type report struct {
	parts Parts
	asked request.Request
	lines [][]byte
}

func newReport(parts Parts, asked request.Request) *report {
	made := &report{parts: parts, asked: asked}
	made.add(event.Started(asked.CorrelationID))
	return made
}

// follow uploads at the interval that was asked for, until the run has ended, and then once more.
func (report *report) follow(events *program.JobEvents, ended <-chan *failure) {
	var ticks <-chan time.Time
	if report.asked.Interval > 0 {
		ticker := time.NewTicker(report.asked.Interval)
		defer ticker.Stop()
		ticks = ticker.C
	}
	for {
		select {
		case <-ticks:
			report.take(events.Take(false))
			report.send()
		case failed := <-ended:
			report.end(events.Take(true), failed)
			return
		}
	}
}

// end makes the last upload, with the failure as last event where there is one.
func (report *report) end(texts [][]byte, failed *failure) {
	report.take(texts)
	if failed != nil {
		logs.Error("message %s: %s: %v", report.asked.MessageID, failed.code, failed.cause)
		report.add(event.Failed(report.asked.CorrelationID, failed.code, failed.cause.Error()))
	}
	report.send()
}

func (report *report) take(texts [][]byte) {
	for _, text := range texts {
		reduced, err := report.parts.Reduce(text, report.asked.CorrelationID)
		if err != nil {
			logs.Error("message %s: %v", report.asked.MessageID, err)
			continue
		}
		report.add(reduced)
	}
}

func (report *report) add(told event.Event) {
	line, err := json.Marshal(told)
	if err != nil {
		logs.Error("message %s: %v", report.asked.MessageID, err)
		return
	}
	report.lines = append(report.lines, line)
}

// send tries once.
func (report *report) send() {
	if err := report.transmit(); err != nil {
		logs.Error("message %s: cannot upload %d events: %v", report.asked.MessageID, len(report.lines), err)
	}
}

func (report *report) transmit() error {
	body, contentType, err := upload.Form(report.lines)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	status, err := report.parts.Transmit(ctx, Upload{
		Addr:       report.asked.ReturnURL,
		ID:         event.NewID(),
		ResponseTo: report.asked.MessageID,
		Metadata:   map[string]string{"Content-Type": contentType},
		Data:       body,
	})
	if err == nil && status >= 400 {
		err = fmt.Errorf("status %d", status)
	}
	return err
}
