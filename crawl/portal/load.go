package portal

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// maxSeeds bounds a seed list, in bytes.
const maxSeeds = 32 << 20

// A Problem is one thing wrong with a seed list.
type Problem struct {
	Line, Column int // from 1
	Text         string
	Fix          string // the likely fix, may be empty
	Source       string // the offending line
}

// Problems are all that is wrong with a seed list, in its order.
type Problems struct {
	File string
	List []Problem
}

// Error shows every problem with file:line:column, the line itself and the likely fix.
func (p *Problems) Error() string {
	var b strings.Builder
	for i, x := range p.List {
		if i == 200 {
			fmt.Fprintf(&b, "and %d more\n", len(p.List)-i)
			break
		}
		fmt.Fprintf(&b, "%s:%d:%d: %s\n", p.File, x.Line, x.Column, x.Text)
		if s := strings.TrimRight(x.Source, " \r"); s != "" {
			fmt.Fprintf(&b, "    %s\n", s)
		}
		if x.Fix != "" {
			fmt.Fprintf(&b, "    fix: %s\n", x.Fix)
		}
	}
	fmt.Fprintf(&b, "%d problem(s) in %s", len(p.List), p.File)
	return b.String()
}

// Load reads a seed list. The error is a *Problems with everything that is wrong with it at once.
func Load(name string, r io.Reader) (*Seeds, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSeeds+1))
	if err != nil {
		return nil, fmt.Errorf("portal: read %s: %w", name, err)
	}
	l := &loader{lines: strings.Split(string(data), "\n"), problems: &Problems{File: name}}
	if len(data) > maxSeeds {
		l.problems.List = []Problem{{Line: 1, Column: 1, Text: fmt.Sprintf("larger than %d MiB", maxSeeds>>20)}}
		return nil, l.problems
	}
	portals := l.document(data)
	if len(l.problems.List) > 0 {
		slices.SortStableFunc(l.problems.List, func(a, b Problem) int { return a.Line - b.Line })
		return nil, l.problems
	}
	return newSeeds(portals), nil
}

type loader struct {
	lines    []string
	problems *Problems
	delay    time.Duration // of defaults
}

func (l *loader) wrong(n *yaml.Node, fix, format string, args ...any) {
	line, col := 1, 1
	if n != nil {
		line, col = max(1, n.Line), max(1, n.Column)
	}
	l.at(line, col, fix, fmt.Sprintf(format, args...))
}

func (l *loader) at(line, col int, fix, text string) {
	src := ""
	if line <= len(l.lines) {
		src = l.lines[line-1]
		if len(src) > 300 {
			src = strings.ToValidUTF8(src[:300], "") + "…"
		}
	}
	l.problems.List = append(l.problems.List, Problem{Line: line, Column: col, Text: text, Fix: fix, Source: src})
}

var yamlLine = regexp.MustCompile(`line (\d+)(?:, column (\d+))?:? ?`)

func (l *loader) document(data []byte) []*Portal {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		line, col, text := 1, 1, strings.TrimPrefix(err.Error(), "yaml: ")
		if m := yamlLine.FindStringSubmatch(text); m != nil {
			line, _ = strconv.Atoi(m[1])
			if m[2] != "" {
				col, _ = strconv.Atoi(m[2])
			}
			text = strings.Replace(text, m[0], "", 1)
		}
		fix := "check quotes, brackets and indentation here and on the line before"
		if strings.Contains(l.line(line), "\t") {
			fix = "YAML is indented with blanks, never with tabs"
		}
		l.at(line, col, fix, "not YAML: "+text)
		return nil
	}
	if len(root.Content) == 0 {
		l.wrong(nil, "write portals: and below it one entry a portal", "the seed list is empty")
		return nil
	}
	top := root.Content[0]
	var portals []*Portal
	seen := false
	l.mapping(top, "the seed list", func(key, val *yaml.Node) bool {
		switch key.Value {
		case "defaults":
			l.mapping(val, "defaults", func(k, v *yaml.Node) bool {
				if k.Value != "delay" {
					return false
				}
				l.delay = l.duration(v)
				return true
			}, "delay")
		case "portals":
			seen = true
			if val.Kind != yaml.SequenceNode {
				l.wrong(val, "begin each entry with \"- \"", "portals is a list")
				return true
			}
			for _, n := range val.Content {
				if p := l.portal(n); p != nil {
					portals = append(portals, p)
				}
			}
		default:
			return false
		}
		return true
	}, "defaults", "portals")
	if !seen && len(l.problems.List) == 0 {
		l.wrong(top, "write portals: and below it one entry a portal", "there are no portals")
	} else if seen && len(portals) == 0 && len(l.problems.List) == 0 {
		l.wrong(top, "add at least one entry below portals:", "there are no portals")
	}
	l.twice(portals)
	for _, p := range portals {
		if p.Delay == 0 {
			p.Delay = l.delay
		}
	}
	return portals
}

func (l *loader) line(n int) string {
	if n >= 1 && n <= len(l.lines) {
		return l.lines[n-1]
	}
	return ""
}

// mapping hands each pair to use, which returns false for a key it does not know.
func (l *loader) mapping(n *yaml.Node, what string, use func(key, val *yaml.Node) bool, keys ...string) bool {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		l.wrong(n, "write it as key: value, or {key: value, …}", "%s is a mapping with the keys %s", what, strings.Join(keys, ", "))
		return false
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if seen[k.Value] {
			l.wrong(k, "keep one of them", "key %q stands twice in %s", k.Value, what)
			continue
		}
		seen[k.Value] = true
		if !use(k, v) {
			fix := "the keys are " + strings.Join(keys, ", ")
			if near := nearest(k.Value, keys); near != "" {
				fix = fmt.Sprintf("did you mean %q?", near)
			}
			l.wrong(k, fix, "unknown key %q in %s", k.Value, what)
		}
	}
	return true
}

var (
	portalKeys = []string{"name", "code", "level", "url", "hosts", "entry", "family", "delay"}
	codeForm   = regexp.MustCompile(`^\d{2,12}$`)
	hostForm   = regexp.MustCompile(`^[^\s/:@?#]+$`)
)

func (l *loader) portal(n *yaml.Node) *Portal {
	p := &Portal{Line: n.Line}
	before := len(l.problems.List)
	ok := l.mapping(n, "a portal", func(k, v *yaml.Node) bool {
		switch k.Value {
		case "name":
			p.Name = l.text(v, "name")
		case "code":
			p.Code = l.code(v)
		case "level":
			if p.Level = l.text(v, "level"); p.Level != "" && !slices.Contains(Levels, p.Level) {
				fix := "one of " + strings.Join(Levels, ", ")
				if near := nearest(p.Level, Levels); near != "" {
					fix = fmt.Sprintf("did you mean %q?", near)
				}
				l.wrong(v, fix, "unknown level %q", p.Level)
			}
		case "url":
			p.URL, p.host = l.address(v)
		case "hosts":
			for _, h := range l.list(v, "hosts") {
				s := strings.ToLower(l.text(h, "a host"))
				if s != "" && !hostForm.MatchString(s) {
					l.wrong(h, "write the bare name, such as zfxxgk.example.gov.cn", "%q is no host name", s)
				}
				p.Hosts = append(p.Hosts, s)
			}
		case "entry":
			for _, e := range l.list(v, "entry") {
				s, _ := l.address(e)
				p.Entry = append(p.Entry, s)
			}
		case "family":
			if p.Family = l.text(v, "family"); p.Family != "" && !slices.Contains(Families(), p.Family) {
				fix := "leave it out and it is found out, or one of " + strings.Join(Families(), ", ")
				if near := nearest(p.Family, Families()); near != "" {
					fix = fmt.Sprintf("did you mean %q?", near)
				}
				l.wrong(v, fix, "unknown family %q", p.Family)
			}
		case "delay":
			p.Delay = l.duration(v)
		default:
			return false
		}
		return true
	}, portalKeys...)
	if !ok {
		return nil
	}
	if len(l.problems.List) == before {
		for _, need := range [][2]string{{"name", p.Name}, {"level", p.Level}, {"url", p.URL}} {
			if need[1] == "" {
				l.wrong(n, fmt.Sprintf("add %s:", need[0]), "a portal without %s", need[0])
			}
		}
	}
	return p
}

// text is a scalar that must not be empty.
func (l *loader) text(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode {
		l.wrong(n, "write a single value", "%s is a text", what)
		return ""
	}
	s := strings.TrimSpace(n.Value)
	if s == "" || n.Tag == "!!null" {
		l.wrong(n, "give it a value or leave the key out", "%s is empty", what)
		return ""
	}
	return s
}

func (l *loader) code(n *yaml.Node) string {
	s := l.text(n, "code")
	switch {
	case s == "":
	case !codeForm.MatchString(s):
		l.wrong(n, `digits in quotes, such as "110101"`, "code %q is no administrative code", s)
	case n.Tag != "!!str":
		l.wrong(n, fmt.Sprintf("write %q with quotes: a leading 0 would be lost and 0-codes read as octal", s), "code %s is a number", s)
	}
	return s
}

func (l *loader) list(n *yaml.Node, what string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		l.wrong(n, fmt.Sprintf("write %s: [%s]", what, n.Value), "%s is a list", what)
		return nil
	}
	return n.Content
}

func (l *loader) address(n *yaml.Node) (s, host string) {
	s = l.text(n, "an address")
	if s == "" {
		return "", ""
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		l.wrong(n, "write it as a browser shows it, such as http://www.example.gov.cn/", "%q is no address: %v", s, errors.Unwrap(err))
	case u.Scheme == "" || u.Host == "" && u.Opaque == "":
		l.wrong(n, "begin it with http:// or https://", "%q is no complete address", s)
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		l.wrong(n, "only http:// and https:// addresses can be crawled", "%q is not on the web", s)
	case u.User != nil:
		l.wrong(n, "leave user and password out", "%q holds a user name", s)
	default:
		u.Fragment = ""
		return u.String(), hostOf(u)
	}
	return "", ""
}

func (l *loader) duration(n *yaml.Node) time.Duration {
	s := l.text(n, "delay")
	if s == "" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		fix := "such as 3s, 500ms or 1m"
		if _, e := strconv.ParseFloat(s, 64); e == nil {
			fix = fmt.Sprintf("add the unit: %ss", s)
		}
		l.wrong(n, fix, "%q is no duration", s)
		return 0
	}
	if d <= 0 || d > time.Hour {
		l.wrong(n, "between 1s and 1h", "delay %s is out of range", s)
		return 0
	}
	return d
}

// twice finds entries for the same address.
func (l *loader) twice(portals []*Portal) {
	seen := map[string]*Portal{}
	for _, p := range portals {
		u, err := url.Parse(p.URL)
		if p.URL == "" || err != nil {
			continue
		}
		key := bare(p.host) + ":" + u.Port() + strings.TrimSuffix(u.EscapedPath(), "/") + "?" + u.RawQuery
		if first := seen[key]; first != nil {
			l.at(p.Line, 1, fmt.Sprintf("keep one of them; %s stands on line %d", first.Name, first.Line), fmt.Sprintf("%s has the same address as %s", p.Name, first.Name))
			continue
		}
		seen[key] = p
	}
}

// nearest is the candidate at an edit distance of at most 2, or empty.
func nearest(s string, candidates []string) string {
	best, least := "", 3
	for _, c := range candidates {
		if d := distance(s, c); d < least {
			best, least = c, d
		}
	}
	if least >= len(s) {
		return ""
	}
	return best
}

func distance(a, b string) int {
	if len(a) > 40 {
		return 40
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diag := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diag
			if a[i-1] != b[j-1] {
				cost++
			}
			diag = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
