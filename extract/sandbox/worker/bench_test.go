package worker_test

import (
	"context"
	"strings"
	"testing"

	"nianbao/extract"
	"nianbao/extract/sandbox/worker"
	"nianbao/internal/compose"
)

// Overhead: the same page read here and in a child, and the price of a new child for every page.
func BenchmarkRead(b *testing.B) {
	report := compose.New(1, "某某市人民政府", 2023, compose.Options{})
	page := "<!DOCTYPE html><body>" + strings.Repeat(`<ul><li><a href="/xxgk/nb/1.html" title="年度报告">年度报告</a> 2024-01-20</li></ul>`, 200) + report.HTML(compose.Word)
	inputs := []struct {
		name string
		data []byte
	}{{"text", []byte(report.Text())}, {"html", []byte(page)}, {"docx", report.DOCX()}, {"html10MB", []byte("<body>" + strings.Repeat(report.HTML(compose.Word), 10<<20/len(page)))}}
	shared := pool(b, "reader", worker.Options{Size: 1})
	fresh := pool(b, "reader", worker.Options{Size: 1, Conversions: 1})
	for _, in := range inputs {
		read := extract.Input{Name: in.name, Data: in.data}
		b.Run(in.name+"/here", func(b *testing.B) {
			b.SetBytes(int64(len(in.data)))
			for b.Loop() {
				if _, err := extract.Read(context.Background(), read, extract.Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
		for name, p := range map[string]*worker.Pool{"child": shared, "freshchild": fresh} {
			b.Run(in.name+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(len(in.data)))
				for b.Loop() {
					if _, err := p.Read(context.Background(), read); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
