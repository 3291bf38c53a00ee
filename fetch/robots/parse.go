package robots

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/temoto/robotstxt"
)

// Parse reads a robots.txt. Every input has a meaning: lines that cannot be read are passed over, an HTML page served
// in place of the file holds no rules, and what lies beyond MaxBody is not read.
func Parse(body []byte) *Rules {
	if len(body) > MaxBody {
		body = body[:MaxBody]
		if i := bytes.LastIndexAny(body, "\r\n"); i >= 0 {
			body = body[:i] // half a line could forbid, or allow, more than was written
		}
	}
	r := &Rules{}
	var sitemaps []string
	open := false // whether a further User-agent line still belongs to the last block
	for line := range lines(text(body)) {
		key, value, ok := record(line)
		if !ok {
			continue
		}
		switch key {
		case keyAgent:
			if !open {
				r.blocks = append(r.blocks, block{})
				open = true
			}
			b := &r.blocks[len(r.blocks)-1]
			b.agents = append(b.agents, agentToken(value))
		case keyAllow, keyDisallow:
			if len(r.blocks) == 0 {
				continue // a rule before any User-agent concerns nobody (RFC 9309 §2.2.1)
			}
			open = false
			if value == "" {
				continue // an empty rule restricts nothing
			}
			b := &r.blocks[len(r.blocks)-1]
			b.rules = append(b.rules, compile(value, key == keyAllow))
		case keyDelay:
			if len(r.blocks) == 0 {
				continue
			}
			b := &r.blocks[len(r.blocks)-1]
			if d, ok := crawlDelay(value); ok {
				b.delays = append(b.delays, delay{len(b.agents), d})
			}
		case keySitemap:
			if value != "" && len(sitemaps) < maxSitemaps && !slices.Contains(sitemaps, value) {
				sitemaps = append(sitemaps, value)
			}
		}
	}
	r.sitemaps = readSitemaps(sitemaps)
	return r
}

// text drops a byte order mark and turns UTF-16, which Windows editors write, into UTF-8.
func text(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return string(b[3:])
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return utf16Text(b[2:], binary.LittleEndian)
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return utf16Text(b[2:], binary.BigEndian)
	}
	return string(b)
}

func utf16Text(b []byte, order binary.ByteOrder) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(u))
}

// lines yields the lines of s, which end in CR, LF or CRLF (RFC 9309 §2.2).
func lines(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for s != "" {
			i := strings.IndexAny(s, "\r\n")
			if i < 0 {
				yield(s)
				return
			}
			if !yield(s[:i]) {
				return
			}
			s = s[i+1:]
		}
	}
}

type key int

const (
	keyNone key = iota
	keyAgent
	keyAllow
	keyDisallow
	keyDelay
	keySitemap
)

// record reads one line. The colon may be the full-width one that Chinese input methods write, or may be missing when
// the line is just two words.
func record(line string) (key, string, bool) {
	if i := strings.IndexByte(line, '#'); i >= 0 {
		line = line[:i]
	}
	line = trim(line)
	name, value, ok := cutColon(line)
	if !ok {
		f := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
		if len(f) != 2 {
			return keyNone, "", false
		}
		name, value = f[0], f[1]
	}
	k, ok := keyOf(strings.ToLower(trim(name)))
	return k, trim(value), ok
}

func cutColon(line string) (name, value string, ok bool) {
	i, n := strings.IndexByte(line, ':'), 1
	if j := strings.Index(line, "："); j >= 0 && (i < 0 || j < i) {
		i, n = j, len("：")
	}
	if i < 0 {
		return "", "", false
	}
	return line[:i], line[i+n:], true
}

// trim takes white space off both ends; NUL counts, because files padded with it exist.
func trim(s string) string { return strings.Trim(s, " \t\v\f\u00a0\u3000\x00") }

// keyOf knows the records and the misspellings that other readers of robots.txt forgive too.
func keyOf(name string) (key, bool) {
	switch name {
	case "user-agent", "useragent", "user agent", "user_agent":
		return keyAgent, true
	case "allow":
		return keyAllow, true
	case "disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw", "disallows":
		return keyDisallow, true
	case "crawl-delay", "crawldelay", "crawl delay", "crawl_delay":
		return keyDelay, true
	case "sitemap", "site-map", "sitemaps":
		return keySitemap, true
	}
	return keyNone, false
}

// agentToken is the product token of a User-agent line: "*" for everybody, also when more words follow it.
func agentToken(v string) string {
	if v == "*" || strings.HasPrefix(v, "* ") || strings.HasPrefix(v, "*\t") {
		return "*"
	}
	return productToken(v)
}

// productToken is the leading product token of s in lower case. RFC 9309 allows letters, "_" and "-" in it; digits are
// kept as well, so that "Bot2" does not name "Bot".
func productToken(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune(tokenOctets, r) })
	if end < 0 {
		end = len(s)
	}
	return strings.ToLower(s[:end])
}

// crawlDelay reads the leading number of a Crawl-delay, in seconds. The line is handed to temoto only once it is known
// to be a number: one bad line would cost temoto the whole file.
func crawlDelay(value string) (time.Duration, bool) {
	end := 0
	for end < len(value) && (value[end] >= '0' && value[end] <= '9' || value[end] == '.') {
		end++
	}
	f, err := strconv.ParseFloat(value[:end], 64)
	if err != nil || f < 0 {
		return 0, false
	}
	if f >= maxDelay.Seconds() {
		return maxDelay, true
	}
	data, err := robotstxt.FromString("User-agent: *\nCrawl-delay: " + value[:end] + "\n")
	if err != nil {
		return time.Duration(f * float64(time.Second)), true
	}
	return data.FindGroup("*").CrawlDelay, true
}

// readSitemaps has temoto read the cleaned Sitemap lines, and falls back to them as they are.
func readSitemaps(values []string) []string {
	if len(values) == 0 {
		return nil
	}
	data, err := robotstxt.FromString("Sitemap: " + strings.Join(values, "\nSitemap: ") + "\n")
	if err != nil || len(data.Sitemaps) != len(values) {
		return values
	}
	return data.Sitemaps
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }
