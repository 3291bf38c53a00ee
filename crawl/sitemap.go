package crawl

import (
	"nianbao/crawl/portal"
	"nianbao/fetch"
	"nianbao/fetch/exchange"
)

// mostSitemap is how many octets a sitemap may inflate to.
const mostSitemap = 16 << 20

// unpackSitemap inflates a sitemap that is served as a gzip file. It is done after the exchange was archived: there the
// octets stay as they came.
func unpackSitemap(t task, ex *exchange.Exchange) {
	if t.Role != portal.RoleSitemap || ex.Outcome != exchange.OK || ex.MediaType != "application/gzip" {
		return
	}
	text, err := fetch.Gunzip(ex.Payload, mostSitemap)
	if err != nil {
		ex.Outcome, ex.Err = exchange.Bomb, err
		return
	}
	ex.Payload, ex.MediaType, ex.Charset = text, "application/xml", "utf-8"
}
