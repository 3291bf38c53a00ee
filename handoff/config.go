package handoff

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"nianbao/archive"
)

// SinkConfig is one entry of a hand-off file.
type SinkConfig struct {
	Name    string        `yaml:"name"`
	Type    string        `yaml:"type"` // parser, exec or spool
	Command []string      `yaml:"command"`
	Env     []string      `yaml:"env"` // variables that a program is given beside the plain ones: NAME, or NAME=VALUE
	Dir     string        `yaml:"dir"`
	Timeout time.Duration `yaml:"timeout"` // of one exec, 1 min
	Inline  string        `yaml:"inline"`  // "report" or "text": what the event carries beside its references
}

var nameForm = regexp.MustCompile(`^[\p{L}\p{N}_.-]{1,64}$`)

// LoadConfig reads a hand-off file: sinks: [{name: …, type: exec, command: [prog, arg]}, {name: …, type: spool, dir: …}].
// The error names every problem with file and line.
func LoadConfig(file string) ([]SinkConfig, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("handoff: %w", err)
	}
	var cfg struct {
		Sinks []yaml.Node `yaml:"sinks"`
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&cfg); err != nil {
		return nil, fmt.Errorf("handoff: %s: %w", file, err)
	}
	var all error
	wrong := func(n yaml.Node, format string, args ...any) {
		all = errors.Join(all, fmt.Errorf("%s:%d:%d: %s", file, n.Line, n.Column, fmt.Sprintf(format, args...)))
	}
	seen := map[string]bool{}
	var sinks []SinkConfig
	for _, n := range cfg.Sinks {
		var s SinkConfig
		if err := n.Load(&s, yaml.WithKnownFields()); err != nil {
			wrong(n, "%v", err)
			continue
		}
		switch {
		case !nameForm.MatchString(s.Name):
			wrong(n, "name %q: letters, digits, - _ . only", s.Name)
		case seen[s.Name]:
			wrong(n, "a second sink named %q", s.Name)
		}
		seen[s.Name] = true
		if k, ok := kindOf(s.Type); !ok {
			wrong(n, "unknown type %q: %s", s.Type, kindNames())
		} else if lacks := k.lacks(s); lacks != "" {
			wrong(n, "%s", lacks)
		}
		for _, e := range s.Env {
			if name, _, _ := strings.Cut(e, "="); s.Type != "exec" || name == "" || strings.ContainsAny(name, " \t\x00") {
				wrong(n, "env %q: a list of NAME or NAME=VALUE, for exec sinks", e)
			}
		}
		if s.Inline != "" && s.Inline != "report" && s.Inline != "text" {
			wrong(n, "inline %q: report or text", s.Inline)
		}
		sinks = append(sinks, s)
	}
	if all == nil && len(sinks) == 0 {
		all = fmt.Errorf("%s:1:1: no sinks: write sinks: and below it one entry a sink", file)
	}
	return sinks, all
}

// A kind is one type of sink, as the configuration names it.
type kind struct {
	name  string
	lacks func(c SinkConfig) string // what the entry needs and does not have; "" when it is complete
	open  func(c SinkConfig, b body, read Reader) (Sink, error)
}

// kinds are all types of sinks, one line each; each has a file of its own.
func kinds() []kind {
	return []kind{
		execKind(),
		spoolKind(),
		parserKind(),
	}
}

func kindOf(name string) (kind, bool) {
	for _, k := range kinds() {
		if k.name == name {
			return k, true
		}
	}
	return kind{}, false
}

// kindNames lists the types for an error message: exec, spool or parser.
func kindNames() string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// Sinks makes the sinks of a configuration, and beside them the shared parser in process.
func Sinks(configs []SinkConfig, a *archive.Archive, read Reader) (map[string]Sink, error) {
	sinks := map[string]Sink{ParserName: &Parser{Archive: a, Read: read}}
	for _, c := range configs {
		b := body{archive: a, inline: c.Inline}
		k, ok := kindOf(c.Type)
		if !ok {
			continue // LoadConfig refuses it
		}
		s, err := k.open(c, b, read)
		if err != nil {
			return nil, err
		}
		sinks[c.Name] = s
	}
	return sinks, nil
}
