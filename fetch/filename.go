package fetch

import (
	"io"
	"mime"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"nianbao/charset"
)

const maxFilename = 255 // runes

// filename reads the name that a Content-Disposition gives a body: filename*= (RFC 5987 and its continuations, RFC 2231)
// before filename=, which in the field holds RFC 2047 words, percent escapes, or raw octets in UTF-8 or GBK. The name comes
// without directories and without what no file name should hold.
func filename(disposition string) string {
	if len(disposition) > 8<<10 {
		return ""
	}
	params := dispositionParams(disposition)
	name := ""
	if v, ok := params["filename*"]; ok {
		name = extended(v)
	}
	if name == "" {
		name = continued(params)
	}
	if name == "" {
		name = plain(params["filename"])
	}
	return baseName(name)
}

// dispositionParams cuts the header into its parameters. Quotes are honoured, and forgiven when they are not closed.
func dispositionParams(s string) map[string]string {
	params := map[string]string{}
	_, s, _ = strings.Cut(s, ";")
	for s != "" {
		var name, value string
		i := strings.IndexAny(s, "=;")
		if i < 0 {
			break
		}
		if s[i] == ';' {
			s = s[i+1:]
			continue
		}
		name, s = strings.ToLower(strings.TrimSpace(s[:i])), strings.TrimLeft(s[i+1:], " \t")
		if strings.HasPrefix(s, `"`) {
			value, s = quoted(s[1:])
			_, s, _ = strings.Cut(s, ";")
		} else {
			value, s, _ = strings.Cut(s, ";")
			value = strings.TrimSpace(value)
		}
		if _, seen := params[name]; !seen && name != "" {
			params[name] = value
		}
	}
	return params
}

// quoted reads up to the closing quote. A backslash escapes only a quote or itself: elsewhere it parts directories.
func quoted(s string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// extended decodes charset'language'percent-escaped.
func extended(v string) string {
	label, rest, ok := strings.Cut(v, "'")
	if !ok {
		return plain(v)
	}
	_, text, ok := strings.Cut(rest, "'")
	if !ok {
		return plain(v)
	}
	octets := unescape(text)
	if r, err := charset.Reader(label, strings.NewReader(octets)); err == nil && !utf8.ValidString(octets) {
		if out, err := io.ReadAll(r); err == nil {
			return string(out)
		}
	}
	return charset.Name(octets)
}

// continued joins filename*0*=, filename*1= and so on.
func continued(params map[string]string) string {
	var b strings.Builder
	for i := range 20 {
		n := string(rune('0' + i%10))
		if i >= 10 {
			n = "1" + n
		}
		if v, ok := params["filename*"+n+"*"]; ok {
			if i == 0 {
				if p := strings.SplitN(v, "'", 3); len(p) == 3 {
					v = p[2]
				}
			}
			b.WriteString(unescape(v))
		} else if v, ok := params["filename*"+n]; ok {
			b.WriteString(v)
		} else {
			break
		}
	}
	return charset.Name(b.String())
}

// plain decodes whatever stands in filename=.
func plain(v string) string {
	if strings.Contains(v, "=?") {
		dec := mime.WordDecoder{CharsetReader: charset.Reader}
		if out, err := dec.DecodeHeader(v); err == nil {
			return out
		}
	}
	if strings.Contains(v, "%") {
		if out := charset.Name(unescape(v)); !strings.ContainsRune(out, utf8.RuneError) {
			return out
		}
	}
	return charset.Name(v)
}

// unescape undoes percent escapes and leaves everything else, a "+" too, as it is.
func unescape(s string) string {
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	return s
}

// baseName drops directories and the characters that are unsafe in names, and bounds the length, keeping the extension.
func baseName(s string) string {
	s = strings.ReplaceAll(s, `\`, "/")
	s = s[strings.LastIndexByte(s, '/')+1:]
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if strings.Trim(s, ". ") == "" {
		return ""
	}
	if n := utf8.RuneCountInString(s); n > maxFilename {
		ext := path.Ext(s)
		if utf8.RuneCountInString(ext) > 10 {
			ext = ""
		}
		r := []rune(s)
		s = string(r[:maxFilename-utf8.RuneCountInString(ext)]) + ext
	}
	return s
}
