package archive

import (
	"fmt"
	"mime"
	"net/url"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// A File is one published file of a report: its page, or what is attached to it.
type File struct {
	Source
	Name string `json:"name"` // under which it can be written, whatever the server called it
}

// nameMost bounds a file name in octets, as most file systems do, with room for a number behind it.
const nameMost = 200

// Files are the files of a report, in the order of its sources.
func (a *Archive) Files(r *Report) ([]File, error) {
	out := make([]File, 0, len(r.Sources))
	taken := map[string]bool{}
	for _, s := range r.Sources {
		c, err := a.captureOfSource(&s)
		if err != nil {
			return nil, err
		}
		name := FileName(c.Filename, s.URL, s.MediaType)
		for n := 2; taken[name]; n++ {
			ext := path.Ext(name)
			name = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(FileName(c.Filename, s.URL, s.MediaType), ext), n, ext)
		}
		taken[name] = true
		out = append(out, File{s, name})
	}
	return out, nil
}

// captureOfSource finds the capture that a source was read from; none is no error.
func (a *Archive) captureOfSource(s *Source) (out Capture, err error) {
	base, _, _ := strings.Cut(s.URL, "#") // a member of an archive file
	err = a.view(func(v view) error {
		c, ok, err := a.latest(v, base, func(c *Capture) bool { return c.Time.Equal(s.CapturedAt) || c.SHA256 == s.SHA256 })
		if ok {
			out = c
		}
		return err
	})
	return out, err
}

// FileAt returns a file as it was published at a time; zero is the newest. What the archive read of a member of an archive
// file is the whole archive file.
func (a *Archive) FileAt(f *File, at time.Time) ([]byte, Capture, error) {
	if at.IsZero() && f.SHA256 != "" {
		if data, err := a.Payload(f.SHA256); err == nil {
			c, err := a.captureOfSource(&f.Source)
			return data, c, err
		}
	}
	base, _, _ := strings.Cut(f.URL, "#")
	c, data, err := a.PayloadAt(base, at)
	return data, c, err
}

// extensions of media types that the system's table does not hold or holds otherwise.
var extensions = map[string]string{"text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf", "text/plain": ".txt", "application/msword": ".doc",
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx", "application/vnd.ms-excel": ".xls",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx", "application/ofd": ".ofd", "application/rtf": ".rtf",
	"application/zip": ".zip", "image/png": ".png", "image/jpeg": ".jpg"}

// FileName makes a name that is safe to write: what the server called the file, else the end of its address. It holds no
// path, no control or formatting character, nothing a shell or a file system takes for something else.
func FileName(stated, address, mediaType string) string {
	name := stated
	if name == "" {
		if u, err := url.Parse(address); err == nil {
			name = path.Base(u.Path)
		}
	}
	name = strings.Map(func(c rune) rune {
		switch {
		case c == utf8.RuneError, unicode.IsControl(c), unicode.Is(unicode.Cf, c), unicode.Is(unicode.Zl, c), unicode.Is(unicode.Zp, c):
			return -1
		case strings.ContainsRune(`/\:*?"<>|`, c):
			return '_'
		}
		return c
	}, name)
	name = strings.Trim(name, " .-~")
	stem, ext := strings.TrimSuffix(name, path.Ext(name)), path.Ext(name)
	if len(ext) > 16 {
		stem, ext = name, ""
	}
	if stem == "" || stem == "_" {
		stem = "report"
	}
	if reserved[strings.ToUpper(stem)] {
		stem += "_"
	}
	if ext == "" {
		media, _, _ := mime.ParseMediaType(mediaType) // an unreadable one has no extension
		ext = extensions[media]
	}
	for len(stem)+len(ext) > nameMost {
		_, n := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-n]
	}
	return stem + ext
}

// reserved are names that Windows takes for devices.
var reserved = map[string]bool{"CON": true, "PRN": true, "AUX": true, "NUL": true, "COM1": true, "COM2": true, "COM3": true, "COM4": true,
	"LPT1": true, "LPT2": true, "LPT3": true, "LPT4": true}
