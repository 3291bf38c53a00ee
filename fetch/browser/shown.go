package browser

import (
	"encoding/json"
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	mostTexts  = 200     // of one answer that are looked for
	shortRunes = 4       // a text with fewer says nothing
	longRunes  = 30      // more of one is not compared: pages cut titles
	mostAnswer = 2 << 20 // octets of an answer that are looked at
)

var tag = regexp.MustCompile(`<[^>]{0,900}>`)

// shown counts the texts of an answer, and those of them that stand in what is rendered but not in what was served.
func shown(body []byte, rendered, served string) (hits, texts int) {
	for _, t := range textsOf(body) {
		texts++
		if strings.Contains(rendered, t) && !strings.Contains(served, t) {
			hits++
		}
	}
	return hits, texts
}

// textsOf takes telling texts out of an answer: the strings of JSON, else the runs of text in markup or script. Only texts with
// Chinese characters count: keys, addresses and numbers stand in any page.
func textsOf(body []byte) []string {
	body = body[:min(len(body), mostAnswer)]
	var raw []string
	var v any
	if json.Unmarshal(body, &v) == nil {
		raw = stringsOf(v, nil, 0)
	} else {
		raw = strings.FieldsFunc(tag.ReplaceAllString(html.UnescapeString(unescape(string(body))), "\n"), func(r rune) bool { return strings.ContainsRune("\r\n\t\"'`", r) })
	}
	var out []string
	seen := map[string]bool{}
	for _, s := range raw {
		if strings.ContainsRune(s, '<') {
			s = tag.ReplaceAllString(html.UnescapeString(s), " ")
		}
		s = strings.TrimSpace(html.UnescapeString(s))
		if i := strings.IndexAny(s, "\r\n"); i >= 0 {
			s = strings.TrimSpace(s[:i])
		}
		if r := []rune(s); len(r) > longRunes {
			s = string(r[:longRunes])
		}
		if utf8.RuneCountInString(s) < shortRunes || seen[s] || !strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			continue
		}
		seen[s] = true
		if out = append(out, s); len(out) >= mostTexts {
			break
		}
	}
	return out
}

// stringsOf lists the strings of a decoded JSON value in order of depth; values may hold JSON as a string again.
func stringsOf(v any, out []string, depth int) []string {
	if depth > 20 || len(out) > 20*mostTexts {
		return out
	}
	switch v := v.(type) {
	case string:
		var inner any
		if len(v) > 1 && (v[0] == '{' || v[0] == '[') && json.Unmarshal([]byte(v), &inner) == nil {
			return stringsOf(inner, out, depth+1)
		}
		return append(out, v)
	case []any:
		for _, e := range v {
			out = stringsOf(e, out, depth+1)
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			out = stringsOf(v[k], out, depth+1)
		}
	}
	return out
}

var escaped = regexp.MustCompile(`\\u[0-9a-fA-F]{4}`)

// unescape undoes \uXXXX in scripts that are no JSON, such as JSONP.
func unescape(s string) string {
	return escaped.ReplaceAllStringFunc(s, func(e string) string {
		var out string
		if json.Unmarshal([]byte(`"`+e+`"`), &out) != nil {
			return e
		}
		return out
	})
}
