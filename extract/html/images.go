package html

import (
	"bytes"
	"encoding/base64"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	leastPicture = 30_000 // characters of a picture in the markup that may be a page or a table, and no icon
	maxPictures  = 200
)

// inline reports whether an address holds what it names.
func inline(src string) bool { return len(src) > 5 && strings.EqualFold(src[:5], "data:") }

// pictures counts the larger pictures that the markup below n holds.
func pictures(n *html.Node) int {
	count := 0
	walk(n, func(c *html.Node) bool {
		if src := attr(c, "src"); c.DataAtom == atom.Img && len(src) > leastPicture && inline(src) {
			count++
		}
		return true
	})
	return count
}

// Images gives the larger pictures that a page holds within its markup, as files, in their order.
func Images(data []byte) [][]byte {
	var out [][]byte
	z := html.NewTokenizer(bytes.NewReader(data))
	for len(out) < maxPictures {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			if string(name) != "img" {
				continue
			}
			for more {
				var key, value []byte
				key, value, more = z.TagAttr()
				if string(key) != "src" || len(value) < leastPicture || !inline(string(value[:10])) {
					continue
				}
				head, body, ok := bytes.Cut(value, []byte(","))
				if !ok || !bytes.HasSuffix(bytes.ToLower(head), []byte(";base64")) {
					continue
				}
				body = bytes.Join(bytes.Fields(body), nil)
				file := make([]byte, base64.StdEncoding.DecodedLen(len(body)))
				n, _ := base64.StdEncoding.Decode(file, body) // what comes before damage may still be a picture
				out = append(out, file[:n])
			}
		}
	}
	return out
}
