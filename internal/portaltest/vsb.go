package portaltest

import (
	"fmt"
	"net/url"
	"strings"
)

// buildVSB lays a portal out as 博达 VSB does: pages of a list are numbered from the end, articles are /info/column/id.htm,
// files come from download.jsp, named only in Content-Disposition, and their links stand outside the content.
func buildVSB(p *portal, s *content) {
	var l layout
	l.column = func(c *column, n int) string {
		if n == 1 {
			return "/" + c.slug + ".htm"
		}
		return fmt.Sprintf("/%s/%d.htm", c.slug, c.pages()-n+1)
	}
	l.article = func(a *article) string { return fmt.Sprintf("/info/%d/%d.htm", a.column.id, a.id) }
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1570%06d&wbfileid=%d", p.index, 70_000+10*a.id+i)
	}
	l.fileHeader = func(_ *article, f file) map[string]string {
		return map[string]string{"Content-Disposition": "attachment; filename*=UTF-8''" + url.PathEscape(f.name)}
	}
	l.fileType = "application/octet-stream"
	l.open = `<div id="vsb_content"><div class="v_news_content">`
	l.outside = true
	l.attach = func(_ *article, links string) string {
		return "</div><ul style=\"list-style-type:none\"><li>附件【" + strings.TrimSpace(links) + "】已下载<span>12</span>次</li></ul>\n"
	}
	l.conditional = true
	p.lay(l, s)
}
