package job

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"hopcheck.example/worker/internal/event"
)

const id = "ef22da9e-5d7c-4ce3-992d-ee42cff1702d"

var metadata = map[string]string{
	"return_url": "https://localhost/upload", "crc_dispatcher_correlation_id": id, "response_interval": "0",
}

// fake returns parts in which everything goes well, and what they transmitted.
func fake(status int) (Parts, *[]Upload) {
	var sent []Upload
	same := func(text []byte) ([]byte, error) { return text, nil }
	return Parts{
		Verify:  func(_ context.Context, text []byte) ([]byte, error) { return same(text) },
		Prepare: same,
		Run:     func(context.Context, string, []byte) error { return nil },
		Reduce:  event.Keeping(event.Members, event.DataMembers),
		Transmit: func(_ context.Context, upload Upload) (int, error) {
			sent = append(sent, upload)
			return status, nil
		},
	}, &sent
}

func TestOutcomes(t *testing.T) {
	bad := errors.New("bad")
	for code, spoil := range map[string]func(*Parts){
		"":                     func(*Parts) {},
		event.SignatureInvalid: func(parts *Parts) { parts.Verify = func(context.Context, []byte) ([]byte, error) { return nil, bad } },
		event.YAMLInvalid:      func(parts *Parts) { parts.Prepare = func([]byte) ([]byte, error) { return nil, bad } },
		event.Undefined:        func(parts *Parts) { parts.Run = func(context.Context, string, []byte) error { return bad } },
	} {
		for _, status := range []int{202, 500} {
			parts, sent := fake(status)
			spoil(&parts)
			New(parts, 0).Accept(context.Background(), "m", metadata, nil)()
			if len(*sent) != 1 || (*sent)[0].ResponseTo != "m" {
				t.Fatalf("%q, status %d: sent %v", code, status, *sent)
			}
			expect(t, (*sent)[0], code)
		}
	}
}

func TestSecondIsRefused(t *testing.T) {
	parts, sent := fake(202)
	jobs := New(parts, 0)
	first := jobs.Accept(context.Background(), "first", metadata, nil)
	jobs.Accept(context.Background(), "second", metadata, nil)()
	expect(t, (*sent)[0], event.AlreadyRunning)
	first()
	expect(t, (*sent)[1], "")
	jobs.Accept(context.Background(), "third", metadata, nil)()
	expect(t, (*sent)[2], "")
}

func TestNobodyIsToldWithoutAddress(t *testing.T) {
	parts, sent := fake(202)
	parts.Run = func(context.Context, string, []byte) error {
		t.Error("it runs")
		return nil
	}
	New(parts, 0).Accept(context.Background(), "m", map[string]string{"crc_dispatcher_correlation_id": id}, nil)()
	if len(*sent) > 0 {
		t.Errorf("sent %v", *sent)
	}
}

// expect the start, and a failure with this code where there is one.
func expect(t *testing.T, upload Upload, code string) {
	t.Helper()
	text := string(upload.Data)
	failed := 0
	if code != "" {
		failed = 1
	}
	if strings.Count(text, `"executor_on_start"`) != 1 || strings.Count(text, `"executor_on_failed"`) != failed ||
		strings.Count(text, fmt.Sprintf(`"crc_dispatcher_error_code":%q`, code)) != failed {
		t.Errorf("wanted code %q in:\n%s", code, text)
	}
}
