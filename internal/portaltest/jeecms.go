package portaltest

import (
	"fmt"
	"strings"
)

// buildJEECMS lays a portal out as JEECMS does: numbered .jhtml articles under their column, pages index_N from 2. Its
// pages are GBK whatever their server claims.
func buildJEECMS(p *portal, s *content) {
	var l layout
	l.column = func(c *column, n int) string {
		if n == 1 {
			return "/" + c.slug + "/index.jhtml"
		}
		return fmt.Sprintf("/%s/index_%d.jhtml", c.slug, n)
	}
	l.article = func(a *article) string { return fmt.Sprintf("/%s/%d.jhtml", a.column.slug, 24_900_000+a.id) }
	l.file = func(a *article, i int) string {
		return fmt.Sprintf("/u/cms/www/%s/%08dmga%d.%s", strings.ReplaceAll(a.date, "-", "")[:6], 15_000_000+a.id, i, a.files[i].ext)
	}
	l.pager = func(c *column, n int) string {
		next := ""
		if n < c.pages() {
			next = fmt.Sprintf("<a href=\"index_%d.jhtml\" onclick=\"\">下一页</a>", n+1)
		}
		return fmt.Sprintf("<div>共%d条记录 %d/%d页 %s <a href=\"%s\">尾页</a></div>\n", len(c.items), n, c.pages(), next, l.column(c, c.pages()))
	}
	p.lay(l, s)
}
