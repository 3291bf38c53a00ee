package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"nianbao/archive"
	"nianbao/crawl"
)

func (a *app) importCommand() *cobra.Command {
	var seeds string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: a.say("Take in WARC and WACZ files that other programs made", "导入其他程序生成的 WARC 与 WACZ 文件"),
		Long: a.say("Take in WARC (1.0 and 1.1; plain, gzip, zstd) and WACZ files. Records are kept as they are with where they are from,\nand what they hold is read like the pages of a crawl: reports in it count, marked as imported. What cannot be read\nis listed, and the rest is taken in. A record that is there already is not taken twice.",
			"导入 WARC（1.0、1.1；未压缩、gzip、zstd）与 WACZ。记录及其来源原样保留，并按抓取时的方式读取：\n其中的报告同样计入，并标明为导入。无法读取的部分会列出，其余照常导入；已有的记录不会重复导入。"),
		Example: "  crawler import old-crawl.warc.gz collection.wacz",
		Args:    atLeast(1, "a WARC or WACZ file"),
	}
	dir := a.archiveFlag(cmd)
	cmd.Flags().StringVar(&seeds, "seeds", "", a.say("seed list that says whose pages are whose", "种子清单，用于判断页面归属"))
	cmd.Flags().BoolVar(&asJSON, "json", false, a.say("a JSON object a file", "每个文件输出一个 JSON 对象"))
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		list, err := a.loadSeeds(seeds)
		if err != nil {
			return usage(err)
		}
		a.asked = *dir
		ar, err := archive.Open(*dir, archive.Options{Software: software()})
		if err != nil {
			return err
		}
		defer ar.Close()
		a.tellRecovered(ar)
		pool, err := newReader()
		if err != nil {
			return err
		}
		defer pool.Close()
		bad := 0
		for _, name := range args {
			out, err := ar.Import(cmd.Context(), name)
			if cmd.Context().Err() != nil || errors.Is(err, archive.ErrNoSpace) || errors.Is(err, archive.ErrReadOnly) {
				return err
			}
			if err != nil {
				out.Problems = append(out.Problems, err.Error())
			}
			sum, err := crawl.ReadCaptures(cmd.Context(), ar, pool.Read, list, out.Captures)
			if err != nil {
				return err
			}
			if len(out.Problems) > 0 {
				bad++
			}
			if asJSON {
				if err := jsonLine(a.out, struct {
					*archive.Imported
					crawl.ReadImported
				}{out, sum}); err != nil {
					return err
				}
				continue
			}
			for _, p := range out.Problems {
				fmt.Fprintln(a.err, p)
			}
			a.note("%s: %d record(s), %d capture(s) taken in, %d known before; %d report(s) read, %d event(s)", "%s：%d 条记录，导入 %d 次抓取，%d 次原已存在；读出 %d 份报告，%d 个事件",
				name, out.Records, out.Count, out.Known, sum.Reports, len(sum.Events))
		}
		if bad > 0 {
			return fmt.Errorf(a.say("%d of %d file(s) could not be read whole", "%d / %d 个文件未能完整读取"), bad, len(args))
		}
		return nil
	}
	return cmd
}
