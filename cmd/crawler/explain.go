package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"nianbao/crawl"
)

// explainLinks says why the links of a page would be followed, the most promising first.
func (a *app) explainLinks(ctx context.Context, cfg crawl.Config, page, base string, asJSON bool) error {
	pool, err := newReader()
	if err != nil {
		return err
	}
	defer pool.Close()
	cfg.Read = pool.Read
	a.asked = cfg.ArchiveDir
	found, err := crawl.Explain(ctx, cfg, page, base)
	if err != nil {
		return err
	}
	if asJSON {
		return jsonLine(a.out, found)
	}
	fmt.Fprintln(a.out, found.Page)
	for _, s := range found.Signs {
		fmt.Fprintf(a.out, "  %s\n", a.say(s.English, s.Chinese))
	}
	slices.SortStableFunc(found.Leads, func(x, y crawl.ExplainedLead) int { return cmp.Compare(y.Score, x.Score) })
	for _, l := range found.Leads {
		fmt.Fprintf(a.out, "\n%4d  %s %s  %s\n", l.Score, l.Method, l.URL, strconv.QuoteToGraphic(l.Text))
		words := make([]string, len(l.Steps))
		for i, s := range l.Steps {
			words[i] = a.say(s.English, s.Chinese)
		}
		fmt.Fprintf(a.out, "      [%s] %s\n", l.Rule, strings.Join(words, a.say("; ", "；")))
	}
	if len(found.Leads) == 0 {
		a.note("the page has no links", "页面没有链接")
	}
	return nil
}
