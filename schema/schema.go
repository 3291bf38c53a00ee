// Package schema holds the JSON Schemas (2020-12) of everything that leaves the program: a parsed report, an archived
// report, an event, the difference of two versions, a line of progress.
//
// Within a major version they only grow: members may be added, none is removed or changes its meaning, and readers ignore
// what they do not know. A change that breaks readers gets a new name. The files are embedded, so that the program can
// print them; their $id is urn:nianbao:schema: and the name without its first word, and references between them use it.
package schema

import (
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed *.json
var files embed.FS

// Names lists the schemas in alphabetical order, e.g. "nianbao.report.v1".
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil // an embedded directory can be read
	}
	var out []string
	for _, e := range entries {
		out = append(out, strings.TrimSuffix(e.Name(), ".json"))
	}
	slices.Sort(out)
	return out
}

// Get returns a schema by its name, or by its $id.
func Get(name string) ([]byte, error) {
	if id, ok := strings.CutPrefix(name, Base); ok {
		name = "nianbao." + id
	}
	b, err := files.ReadFile(name + ".json")
	if err != nil {
		return nil, fmt.Errorf("schema: no schema named %q: there are %s", name, strings.Join(Names(), ", "))
	}
	return b, nil
}

// Base is what every $id begins with.
const Base = "urn:nianbao:schema:"
