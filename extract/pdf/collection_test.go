package pdf

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/unicode/norm"
)

// sameSign are characters that standards and vendors map to different code points of the same look.
const sameSign = "·・‧ —―‖∥～〜∼˜…⋯－−‑¥￥＼\\¢￠£￡¬￢‾￣˙ˉ‵′“”‘’⁄∕／﹨㈱〝〞〟〒゠"

// same reports whether two texts are one character to a reader.
func same(a, b string) bool {
	if norm.NFKC.String(a) == norm.NFKC.String(b) { // upright forms of punctuation, compatibility ideographs
		return true
	}
	return a != "" && strings.Contains(sameSign, a) && strings.Contains(sameSign, b)
}

// Every character of the national standards comes out of its CID: the codes of an encoding, by the ranges of its CMap and
// the table of the collection, give what the encoding itself says.
func TestCollections(t *testing.T) {
	encodings := map[string]encoding.Encoding{
		"GB1": simplifiedchinese.GBK, "Japan1": japanese.EUCJP, "Korea1": korean.EUCKR, "CNS1": traditionalchinese.Big5,
	}
	// Where the two sources name different characters for one sign, or Adobe names none.
	apart := map[string]string{"〸": "十", "〺": "卅", "＾": "ˆ", "乁": "㇏", "▓": "\uffed", "–": "\u00ad", "∶": "ː", "郞": "郎", "隷": "隸", "": "〃╭╮╰╯"}
	least := map[string]int{"GB1": 7_400, "Japan1": 6_800, "Korea1": 8_200, "CNS1": 13_400}
	f, err := os.Open("testdata/cmapranges.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	count, wrong := map[string]int{}, map[string]int{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		part := strings.Fields(lines.Text())
		if part[0] == "#" {
			continue
		}
		first, _ := strconv.ParseUint(part[1], 16, 16)
		last, _ := strconv.ParseUint(part[2], 16, 16)
		cid, _ := strconv.ParseUint(part[3], 10, 32)
		for c := first; c <= last; c++ {
			want, err := encodings[part[0]].NewDecoder().Bytes([]byte{byte(c >> 8), byte(c)})
			if err != nil || strings.ContainsRune(string(want), 0xfffd) {
				continue // the encoding has no such code
			}
			if r := []rune(string(want)); len(r) != 1 || r[0] >= 0xe000 && r[0] < 0xf900 {
				continue
			}
			count[part[0]]++
			if got, ok := collectionOf(part[0]).text(uint32(cid + c - first)); (!ok || !same(got, string(want))) && !strings.Contains(apart[got], string(want)) && !strings.Contains(apart[got], norm.NFKC.String(string(want))) {
				if wrong[part[0]]++; wrong[part[0]] <= 30 {
					t.Logf("%s: code %04x, CID %d is %q, want %q", part[0], c, cid+c-first, got, want)
				}
			}
		}
	}
	for name, n := range least {
		if wrong[name] > 0 || count[name] < n {
			t.Errorf("%s: %d of %d characters are wrong", name, wrong[name], count[name])
		}
	}
}

// The CIDs at which the rows of GB 2312 begin, as Adobe Technical Note 5079 prints them.
func TestRowsOfGB2312(t *testing.T) {
	for cid, want := range map[uint32]string{
		1: " ", 34: "A", 96: "\u3000", 262: "！", 356: "ぁ", 439: "ァ", 525: "Α", 549: "α", 602: "А", 635: "а", 668: "ā", 700: "ㄅ",
		738: "─", 814: "!", 940: "啊", 1033: "剥", 4606: "住", 4694: "座", 4695: "亍", 7702: "齄",
	} {
		if got, _ := collectionOf("GB1").text(cid); got != want {
			t.Errorf("CID %d is %q, want %q", cid, got, want)
		}
	}
	for name, n := range map[string]int{"GB1": 30_284, "CNS1": 19_179, "Japan1": 23_060, "Korea1": 18_352} {
		if c := collectionOf(name); len(c) != n {
			t.Errorf("%s has %d CIDs, want %d", name, len(c), n)
		}
	}
	if _, ok := collectionOf("Identity").text(5); ok {
		t.Error("an unknown collection has characters")
	}
}
