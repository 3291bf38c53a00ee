package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"nianbao/archive"
)

func (a *app) getCommand() *cobra.Command {
	var at, out string
	var file int
	cmd := &cobra.Command{
		Use:   "get ID|URL",
		Short: a.say("Write a published file as it was, byte for byte", "逐字节取出发布的原文件"),
		Long: a.say("Write the file that was published: of a report by its id, the one its numbers were read from unless --file names\nanother (crawler show --files lists them); or of any archived address.",
			"取出发布的原文件：按报告编号（默认为读取数字的文件，--file 可另选，见 crawler show --files），或按已存档的网址。"),
		Example: "  crawler get 4016966769\n  crawler get http://www.example.gov.cn/nb.pdf --at 2024-03-01 -o march.pdf",
		Args:    exactly(1, "a report's id or an address"),
	}
	dir := a.archiveFlag(cmd)
	cmd.Flags().StringVar(&at, "at", "", a.say("as it was at a time: 2024-03-01 or 2024-03-01T08:00:00Z", "某一时间的版本：2024-03-01 或 2024-03-01T08:00:00Z"))
	cmd.Flags().IntVar(&file, "file", 0, a.say("number of the file, as crawler show --files counts", "文件序号，见 crawler show --files"))
	cmd.Flags().StringVarP(&out, "output", "o", "", a.say("file to write, or - for standard output (default: the file's own name)", "输出文件，- 表示标准输出（默认用原文件名）"))
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		when, err := moment(at)
		if err != nil {
			return usage(err)
		}
		ar, done, err := a.openArchive(*dir)
		if err != nil {
			return err
		}
		defer done()
		var data []byte
		var name string
		var c archive.Capture
		if strings.Contains(args[0], "://") {
			if c, data, err = ar.PayloadAt(args[0], when); err == nil {
				name = archive.FileName(c.Filename, c.URL, c.MediaType)
			}
		} else {
			name, data, c, err = a.fileOf(ar, args[0], file, when)
		}
		if err != nil {
			return err
		}
		if out == "-" {
			_, err := a.out.Write(data)
			return err
		}
		if out == "" {
			out = name
		}
		f, err := os.OpenFile(filepath.Clean(out), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, os.ErrExist) {
			return fmt.Errorf("%s exists: name another with -o", out)
		}
		if err != nil {
			return err
		}
		_, err = f.Write(data)
		if err = errors.Join(err, f.Close()); err != nil {
			return err
		}
		a.note("%s: %d octets, sha256 %s, captured %s", "%s：%d 字节，sha256 %s，抓取于 %s", out, len(data), archive.Sum(data), c.Time.Format(time.RFC3339))
		return nil
	}
	return cmd
}

// fileOf is a file of a report; n counts from 1, 0 is the one that carries the numbers.
func (a *app) fileOf(ar *archive.Archive, id string, n int, at time.Time) (string, []byte, archive.Capture, error) {
	r, err := ar.Report(id, false)
	if err != nil {
		return "", nil, archive.Capture{}, err
	}
	files, err := ar.Files(&r)
	if err != nil {
		return "", nil, archive.Capture{}, err
	}
	if n < 0 || n > len(files) || len(files) == 0 {
		return "", nil, archive.Capture{}, usage(fmt.Errorf("--file %d: the report has %d (crawler show --files %s)", n, len(files), r.ID))
	}
	if n == 0 {
		n = len(files) // attachments stand behind the page that announces them
	}
	f := files[n-1]
	data, c, err := ar.FileAt(&f, at)
	return f.Name, data, c, err
}

// moment reads a day or a time; a day stands for its end, empty for no time at all.
func moment(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	t, err := time.ParseInLocation("2006-01-02", s, time.Local)
	if err != nil {
		return t, fmt.Errorf("--at %q: write 2024-03-01 or 2024-03-01T08:00:00Z", s)
	}
	return t.AddDate(0, 0, 1).Add(-time.Microsecond), nil
}
