// Package config reads the worker's configuration file.
package config

import (
	"fmt"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"hopcheck.example/worker/internal/logs"
)

// File is where the configuration is unless another place is named.
const File = "/etc/rhc-worker-playbook/rhc-worker-playbook.toml"

// Config is what the file may say. A ResponseInterval above zero replaces that of every message.
type Config struct {
	Directive        string
	VerifyPlaybook   bool
	ResponseInterval time.Duration
}

// Load reads a file, which must be there; what it does not say has its default. From then on logs have its level.
func Load(path string) (Config, error) {
	said := struct {
		Directive        string `toml:"directive"`
		LogLevel         string `toml:"log-level"`
		VerifyPlaybook   bool   `toml:"verify-playbook"`
		ResponseInterval string `toml:"response-interval"`
	}{Directive: "rhc_worker_playbook", LogLevel: "error", VerifyPlaybook: true, ResponseInterval: "0s"}
	about, err := toml.DecodeFile(path, &said)
	if err != nil {
		return Config{}, err
	}
	if err := logs.SetLevel(said.LogLevel); err != nil {
		return Config{}, fmt.Errorf("%s: %w", path, err)
	}
	if said.Directive == "" || strings.ContainsAny(said.Directive, "-./") {
		return Config{}, fmt.Errorf("%s: directive %q cannot be part of a bus name and of an object path", path, said.Directive)
	}
	interval, err := time.ParseDuration(said.ResponseInterval)
	if err != nil {
		return Config{}, fmt.Errorf("%s: response-interval: %w", path, err)
	}
	for _, key := range about.Undecoded() {
		logs.Warn("%s: %s is not known here and ignored", path, key)
	}
	return Config{said.Directive, said.VerifyPlaybook, interval}, nil
}
