package request

import (
	"testing"
	"time"
)

const (
	url = "https://localhost/upload"
	id  = "ef22da9e-5d7c-4ce3-992d-ee42cff1702d"
)

func TestInterval(t *testing.T) {
	for text, wanted := range map[string]time.Duration{
		"30": 30 * time.Second, "0.5": 500 * time.Millisecond, "5m": 5 * time.Millisecond, "0": 0, "-1": -time.Second,
	} {
		metadata := map[string]string{"return_url": url, "crc_dispatcher_correlation_id": id, "response_interval": text}
		got, err := Read("m", metadata, 0)
		if asked := (Request{"m", url, id, wanted}); err != nil || got != asked {
			t.Errorf("%q: got %v, %v, wanted %v", text, got, err, asked)
		}
		if got, err = Read("m", metadata, time.Hour); err != nil || got.Interval != time.Hour {
			t.Errorf("%q with an hour configured: %v, %v", text, got, err)
		}
	}
	got, err := Read("m", map[string]string{"return_url": url, "crc_dispatcher_correlation_id": id}, 0)
	if err != nil || got.Interval != 300*time.Second {
		t.Errorf("without an interval: %v, %v", got, err)
	}
}

func TestRefused(t *testing.T) {
	for name, metadata := range map[string]map[string]string{
		"no return address":       {"crc_dispatcher_correlation_id": id},
		"no correlation id":       {"return_url": url},
		"a path":                  {"return_url": url, "crc_dispatcher_correlation_id": "../" + id},
		"an interval without end": {"return_url": url, "crc_dispatcher_correlation_id": id, "response_interval": "soon"},
		"an empty interval":       {"return_url": url, "crc_dispatcher_correlation_id": id, "response_interval": ""},
	} {
		if got, err := Read("m", metadata, 0); err == nil {
			t.Errorf("%s: accepted as %v", name, got)
		}
	}
}
