// Package program calls the two programs that do the work: the verifier and ansible-runner.
package program

import (
	"context"
	"os/exec"
	"syscall"
)

const searchPath = "PATH=/sbin:/bin:/usr/sbin:/usr/bin"

// run waits for the command, which is told to terminate when the context ends.
func run(ctx context.Context, command *exec.Cmd) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-ctx.Done():
			_ = command.Process.Signal(syscall.SIGTERM)
		case <-ended:
		}
	}()
	return command.Wait()
}
