package numbering_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"nianbao/extract/internal/numbering"
)

func TestCounting(t *testing.T) {
	c := numbering.New()
	c.Define("a", 0, numbering.Level{Start: 1, Format: "chineseCounting", Text: "%1、"})
	c.Define("a", 1, numbering.Level{Start: 1, Format: "chineseCounting", Text: "（%2）"})
	c.Define("a", 2, numbering.Level{Start: 3, Format: "decimal", Text: "%1.%2.%3"})
	c.Define("a", 3, numbering.Level{Start: 1, Format: "decimal", Text: "%1.%4", Legal: true})
	c.Define("b", 0, numbering.Level{Start: 1, Format: "bullet", Text: "•"})
	c.Use("1", "a")
	c.Use("2", "a") // goes on counting where 1 stopped
	c.Use("3", "a")
	c.StartAt("3", 0, 10)
	c.Use("4", "b")
	var got []string
	for _, p := range []struct {
		list  string
		level int
	}{{"1", 0}, {"1", 1}, {"1", 1}, {"2", 0}, {"2", 1}, {"1", 2}, {"1", 3}, {"3", 0}, {"3", 0}, {"4", 0}, {"none", 0}, {"1", 7}} {
		got = append(got, c.Next(p.list, p.level))
	}
	want := []string{"一、", "（一）", "（二）", "二、", "（一）", "二.一.3 ", "2.1 ", "十、", "十一、", "", "", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNumeral(t *testing.T) {
	tests := []struct {
		n            int
		format, want string
	}{
		{1, "decimal", "1"}, {10, "chineseCounting", "十"}, {12, "chineseCounting", "十二"}, {20, "ideographDigital", "二十"}, {35, "japaneseCounting", "三十五"},
		{105, "chineseCounting", "一百零五"}, {110, "chineseCounting", "一百一十"}, {321, "chineseCounting", "三百二十一"}, {1234, "chineseCounting", "1234"},
		{3, "upperLetter", "C"}, {27, "lowerLetter", "27"}, {14, "lowerRoman", "xiv"}, {0, "upperRoman", "0"}, {2, "decimalEnclosedCircle", "②"}, {21, "decimalEnclosedCircle", "21"},
		{3, "decimalEnclosedParen", "⑶"}, {1, "decimalEnclosedFullstop", "⒈"}, {2, "ideographEnclosedCircle", "㈡"}, {7, "decimalZero", "07"}, {12, "decimalFullWidth", "１２"}, {5, "unheard of", "5"},
	}
	for _, tt := range tests {
		if got := numbering.Numeral(tt.n, tt.format); got != tt.want {
			t.Errorf("Numeral(%d, %s) = %s, want %s", tt.n, tt.format, got, tt.want)
		}
	}
}

func TestFollow(t *testing.T) {
	for label, want := range map[string]string{"1": " ", "1.": " ", "一、": "", "（一）": "", "(1)": " ", "一": " ", "": ""} {
		if got := numbering.Follow(label); got != want {
			t.Errorf("%q: %q", label, got)
		}
	}
}
