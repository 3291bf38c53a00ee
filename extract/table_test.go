package extract

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// What a new line of the table must not break: every format can be met, and its suffixes are no other's.
func TestTableOfFormats(t *testing.T) {
	var suffixes []string
	for _, f := range formats() {
		if f.is == nil || !strings.Contains(f.media, "/") {
			t.Errorf("%q: no signature or no media type", f.media)
		}
		for _, s := range f.suffixes {
			if s != strings.ToLower(path.Ext("x"+s)) || slices.Contains(suffixes, s) {
				t.Errorf("%s: the suffix %q is not one in lower case with its dot, or is another format's too", f.media, s)
			}
			suffixes = append(suffixes, s)
		}
	}
	if !slices.Equal(Suffixes(), suffixes) || !slices.Contains(suffixes, ".pdf") {
		t.Errorf("Suffixes: %v, want %v", Suffixes(), suffixes)
	}
}

// Files that fit several signatures belong to the format that is told by more.
func TestOrderOfFormats(t *testing.T) {
	all := formats()
	at := func(media string) int {
		return slices.IndexFunc(all, func(f format) bool { return f.media == media })
	}
	for _, media := range []string{OFD, ODS, ODP, ODT, DOCX, XLSX, PPTX} {
		if at(media) > at(ZIP) {
			t.Errorf("%s is a ZIP package and stands after ZIP", media)
		}
	}
	for _, media := range []string{DOC, XLS, PPT} {
		if at(media) > at(OLE) {
			t.Errorf("%s is a compound file and stands after those of any kind", media)
		}
	}
	for _, media := range []string{MHTML, FlatWord, FlatSheet, FlatODF} {
		if at(media) > at(HTML) || at(media) > at(XML) {
			t.Errorf("%s is markup of one kind and stands after any markup", media)
		}
	}
	for _, tt := range []struct{ name, data, want string }{
		{"a PDF kept in a ZIP", "PK\x03\x04%PDF-1.7", ZIP},
		{"a picture with a PDF's header in its comment", "\x89PNG\r\n\x1a\n%PDF-1.7", PNG},
		{"RTF that speaks of PDF", `{\rtf1 %PDF-1.7}`, RTF},
		{"a page that speaks of PDF past the first KiB", "<html><body>" + strings.Repeat("x", headSize) + "%PDF-1.7", HTML},
		{"octets before the header", "\x00\x01%PDF-1.7", PDF},
	} {
		if got := Sniff([]byte(tt.data), "", ""); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
