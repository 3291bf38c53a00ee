package crawl

import (
	"strings"

	"nianbao/charset"
	"nianbao/crawl/decide"
	"nianbao/crawl/portal"
	"nianbao/extract"
	"nianbao/fetch/exchange"
)

const (
	besideSteps = 8       // back along the pages that led to an answer
	besideBytes = 2 << 20 // of one script or page
)

// beside gives the scripts that led to a script or to an answer for one, and the page that loaded them: what such an
// answer says is only understood with them. All are in the archive already; what is not there is left out.
func (e *engine) beside(c *decide.Case) []portal.Source {
	if c.Task.Role != portal.RoleScript && c.Task.Role != portal.RoleAPI {
		return nil
	}
	var out []portal.Source
	via := c.Capture.Via
	for range besideSteps {
		if !strings.HasPrefix(via, "http") {
			break
		}
		from, ok := e.archive.Latest(via)
		if !ok || from.Outcome != exchange.OK {
			break
		}
		page := from.MediaType == extract.HTML
		if script := strings.Contains(from.MediaType, "javascript"); (page || script) && from.Bytes <= besideBytes {
			payload, err := e.archive.Payload(from.SHA256)
			if err != nil {
				break
			}
			text, _ := charset.Decode(payload, from.Charset)
			out = append(out, portal.Source{URL: from.URL, MediaType: from.MediaType, Text: text})
		}
		if page {
			break
		}
		via = from.Via
	}
	return out
}
