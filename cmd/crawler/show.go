package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"nianbao/archive"
	"nianbao/archive/export"
)

func (a *app) showCommand() *cobra.Command {
	var asJSON, withText, files bool
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: a.say("Show one report with its history", "显示一份报告及其历史"),
		Long:  a.say("Show one report with its sources, versions and numbers. ID is what crawler ls shows; its beginning is enough.", "显示一份报告的来源、版本与数字。ID 见 crawler ls，写开头几位即可。"),
		Args:  exactly(1, "one report id (crawler ls shows them)"),
	}
	dir := a.archiveFlag(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, a.say("the report as one JSON object", "以一个 JSON 对象输出"))
	cmd.Flags().BoolVar(&withText, "text", false, a.say("with the whole text", "包括全文"))
	cmd.Flags().BoolVar(&files, "files", false, a.say("list its files, as crawler get writes them", "列出其文件（见 crawler get）"))
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		ar, done, err := a.openArchive(*dir)
		if err != nil {
			return err
		}
		defer done()
		r, err := ar.Report(args[0], withText)
		if err != nil {
			return err
		}
		if files {
			return a.showFiles(ar, &r, asJSON)
		}
		versions, err := ar.Versions(r.ID)
		if err != nil {
			return err
		}
		if asJSON {
			return jsonLine(a.out, struct {
				archive.Report
				Versions []archive.Version `json:"versions"`
			}{r, versions})
		}
		return a.showReport(r, versions)
	}
	return cmd
}

// showFiles lists the files of a report, numbered as crawler get counts them.
func (a *app) showFiles(ar *archive.Archive, r *archive.Report, asJSON bool) error {
	files, err := ar.Files(r)
	if err != nil {
		return err
	}
	t := grid{right: map[int]bool{0: true, 3: true}}
	for i, f := range files {
		if asJSON {
			if err := jsonLine(a.out, f); err != nil {
				return err
			}
			continue
		}
		t.add(fmt.Sprint(i+1), f.Name, f.MediaType, fmt.Sprint(f.Bytes), f.CapturedAt.Format("2006-01-02 15:04:05Z"), f.URL)
	}
	return t.write(a.out)
}

func (a *app) showReport(r archive.Report, versions []archive.Version) error {
	t := grid{}
	t.add(a.say("title", "标题"), r.Title)
	t.add(a.say("publisher", "发布机构"), r.Publisher.Name+"  "+r.Publisher.Level+"  "+r.Publisher.Code)
	t.add(a.say("portal", "网站"), r.Publisher.Portal)
	t.add(a.say("year", "年度"), fmt.Sprint(r.Year))
	t.add(a.say("state", "状态"), fmt.Sprintf("%s, %s %d", r.State, a.say("version", "版本"), r.Version))
	t.add(a.say("published", "发布日期"), r.PublishedAt)
	t.add(a.say("page", "页面"), r.URL)
	for _, s := range r.Sources {
		t.add(a.say("source", "来源"), fmt.Sprintf("%s  %s  %s  sha256 %.12s…  %s", s.Role, s.URL, s.MediaType, s.SHA256, s.CapturedAt.Format("2006-01-02 15:04:05Z")))
		t.add("", fmt.Sprintf("%s @%d +%d", s.WARC.File, s.WARC.Offset, s.WARC.Length))
	}
	for _, v := range versions {
		t.add(a.say("version", "版本"), fmt.Sprintf("%d  %s  text %.12s…  %s", v.Version, v.At.Format("2006-01-02 15:04:05Z"), v.TextSHA256, v.Source))
	}
	if err := t.write(a.out); err != nil {
		return err
	}
	p, err := export.Parsed(&r)
	if err == nil {
		_, err = io.WriteString(a.out, "\n")
	}
	if err == nil {
		err = p.WriteTable(a.out)
	}
	if err != nil {
		return err
	}
	if r.Text != "" {
		_, err := io.WriteString(a.out, "\n"+r.Text)
		return err
	}
	return nil
}
