// Package logs writes lines with a level to stderr.
package logs

import (
	"fmt"
	"log"
)

var levels = map[string]int{"error": 0, "warn": 1, "info": 2, "debug": 3, "trace": 3}

var shown = levels["error"]

// SetLevel chooses what is written from now on: error, warn, info, debug or trace.
func SetLevel(name string) error {
	level, known := levels[name]
	if !known {
		return fmt.Errorf("log-level: %q is none of error, warn, info, debug, trace", name)
	}
	shown = level
	return nil
}

// Error tells of what went wrong.
func Error(format string, values ...any) { write("error", format, values) }

// Warn tells of what was made up for.
func Warn(format string, values ...any) { write("warn", format, values) }

// Info tells of what was done.
func Info(format string, values ...any) { write("info", format, values) }

func write(level, format string, values []any) {
	if levels[level] <= shown {
		log.Printf(level+": "+format, values...)
	}
}
