package program

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTake(t *testing.T) {
	folder := t.TempDir()
	leave := func(names ...string) {
		for _, name := range names {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(name[:1]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	events := &JobEvents{folder, map[string]bool{"1-old.json": true}, 1}
	take := func(ended bool, wanted string) {
		t.Helper()
		var got []string
		for _, text := range events.Take(ended) {
			got = append(got, string(text))
		}
		if strings.Join(got, " ") != wanted {
			t.Errorf("got %q, wanted %q", got, wanted)
		}
	}
	take(false, "")
	leave("1-old.json", "1-a.json", "3-c.json", "2-b.json.tmp", "4-partial.json", "notes.json")
	take(false, "1")
	take(false, "")
	leave("2-b.json")
	take(false, "2 3")
	leave("5-e.json", "9-i.json")
	take(false, "")
	take(true, "5 9")
	take(true, "")
}
