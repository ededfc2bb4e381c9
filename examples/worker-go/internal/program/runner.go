package program

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"hopcheck.example/worker/internal/logs"
)

const (
	state       = "/var/lib/rhc-worker-playbook"
	private     = state + "/runs"
	home        = state + "/ansible-home"
	library     = "/usr/lib64/rhc-worker-playbook"
	collections = "/usr/share/rhc-worker-playbook/ansible/collections/ansible_collections"
)

// Run runs a playbook under an id, and returns nil where ansible-runner ended with 0 and says that it was successful.
func Run(ctx context.Context, id string, playbook []byte) error {
	file := filepath.Join(state, id+".yaml")
	if err := os.MkdirAll(private, 0o750); err != nil {
		return err
	}
	if err := os.WriteFile(file, playbook, 0o600); err != nil {
		return err
	}
	var stderr bytes.Buffer
	command := exec.Command("/usr/bin/python3", "-m", "ansible_runner", "run", "--ident", id, "--playbook", file, private)
	command.Env = []string{
		searchPath,
		"PYTHONPATH=" + library,
		"PYTHONDONTWRITEBYTECODE=1",
		"ANSIBLE_HOME=" + home,
		"ANSIBLE_REMOTE_TMP=" + home + "/remote-tmp",
		"ANSIBLE_COLLECTIONS_PATH=" + collections,
	}
	command.Stderr = &stderr
	err := run(ctx, command)
	if stderr.Len() > 0 {
		logs.Info("ansible-runner: %s", strings.TrimSpace(stderr.String()))
	}
	if err != nil {
		return fmt.Errorf("error executing ansible-runner: %w", err)
	}
	status, err := os.ReadFile(filepath.Join(artifacts(id), "status"))
	if err != nil {
		return err
	}
	if text := strings.TrimSpace(string(status)); text != "successful" {
		return fmt.Errorf("the status of ansible-runner is %q", text)
	}
	return nil
}

// JobEvents reads the files that ansible-runner leaves for each of its events. A file has its name only when it is
// whole, and the name begins with the event's number, counted from 1: nothing needs to be watched to miss none.
type JobEvents struct {
	folder string
	taken  map[string]bool
	next   int
}

// NewJobEvents is about what ansible-runner has yet to do under an id. What an earlier run under it left is not read.
func NewJobEvents(id string) *JobEvents {
	events := &JobEvents{filepath.Join(artifacts(id), "job_events"), map[string]bool{}, 1}
	for _, file := range events.files() {
		events.taken[file.name] = true
	}
	return events
}

// Take returns the texts of further events in order: up to the first one that is not there yet, or at the end all.
func (events *JobEvents) Take(ended bool) [][]byte {
	var texts [][]byte
	for _, file := range events.files() {
		if events.taken[file.name] {
			continue
		}
		if !ended && file.number != events.next {
			break
		}
		events.taken[file.name] = true
		events.next = file.number + 1
		text, err := os.ReadFile(filepath.Join(events.folder, file.name))
		if err != nil {
			logs.Error("cannot read a job event: %v", err)
			continue
		}
		texts = append(texts, text)
	}
	return texts
}

type numbered struct {
	number int
	name   string
}

func (events *JobEvents) files() []numbered {
	entries, err := os.ReadDir(events.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		logs.Error("cannot read job events: %v", err)
	}
	var found []numbered
	for _, entry := range entries {
		name := entry.Name()
		first, _, _ := strings.Cut(name, "-")
		number, err := strconv.Atoi(first)
		if err == nil && strings.HasSuffix(name, ".json") && !strings.Contains(name, "partial") {
			found = append(found, numbered{number, name})
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].number < found[j].number })
	return found
}

func artifacts(id string) string { return filepath.Join(private, "artifacts", id) }
