package program

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
)

const verifier = "/usr/libexec/rhc-playbook-verifier"

// Verify returns the playbook as the verifier gave it back.
func Verify(ctx context.Context, playbook []byte) ([]byte, error) {
	var stdout, stderr bytes.Buffer
	command := exec.Command(verifier, "--stdin")
	command.Env = []string{searchPath}
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(playbook), &stdout, &stderr
	if err := run(ctx, command); err != nil {
		return nil, fmt.Errorf("cannot verify playbook: %w stdout=%q stderr=%q", err, stdout.String(), stderr.String())
	}
	return stdout.Bytes(), nil
}
