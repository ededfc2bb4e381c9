// Package request reads what a dispatched message asks for.
package request

import (
	"fmt"
	"regexp"
	"time"

	"hopcheck.example/worker/internal/logs"
)

const defaultInterval = "300"

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// Request is what the metadata of a message say. An Interval of zero or less means a single upload, at the end.
type Request struct {
	MessageID     string
	ReturnURL     string
	CorrelationID string
	Interval      time.Duration
}

// Read refuses metadata with which nothing can be run, or nobody told. The correlation id names files, so that it must
// be the UUID that job events demand. The interval, in seconds, is a Go duration without its unit; override wins over
// it where it is above zero.
func Read(messageID string, metadata map[string]string, override time.Duration) (Request, error) {
	for _, key := range []string{"return_url", "crc_dispatcher_correlation_id"} {
		if metadata[key] == "" {
			return Request{}, fmt.Errorf("the metadata lack %s", key)
		}
	}
	asked := Request{messageID, metadata["return_url"], metadata["crc_dispatcher_correlation_id"], override}
	if !uuid.MatchString(asked.CorrelationID) {
		return Request{}, fmt.Errorf("crc_dispatcher_correlation_id %q is no UUID", asked.CorrelationID)
	}
	if override > 0 {
		return asked, nil
	}
	text, said := metadata["response_interval"]
	if !said {
		logs.Warn("the metadata lack response_interval, %s s instead", defaultInterval)
		text = defaultInterval
	}
	interval, err := time.ParseDuration(text + "s")
	if err != nil {
		return Request{}, fmt.Errorf("response_interval: %w", err)
	}
	asked.Interval = interval
	return asked, nil
}
