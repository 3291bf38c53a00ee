package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"nianbao/archive"
)

// archiveFlag adds --archive.
func (a *app) archiveFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("archive", "archive", a.say("directory of the archive", "存档目录"))
}

// openArchive opens an archive for reading, and says what opening had to repair; done is to be called at the end. Within a
// running crawl it is the crawl's own.
func (a *app) openArchive(dir string) (ar *archive.Archive, done func(), err error) {
	return a.openWith(dir, archive.OpenReading)
}

// openToWrite is openArchive for commands that change the archive.
func (a *app) openToWrite(dir string) (ar *archive.Archive, done func(), err error) {
	return a.openWith(dir, archive.OpenExisting)
}

func (a *app) openWith(dir string, open func(string, archive.Options) (*archive.Archive, error)) (ar *archive.Archive, done func(), err error) {
	a.asked = dir
	if a.session != nil {
		return a.session.Archive(), func() {}, nil
	}
	if ar, err = open(dir, archive.Options{Software: software()}); err != nil {
		return nil, nil, err
	}
	a.tellRecovered(ar)
	return ar, func() {
		if err := ar.Close(); err != nil {
			a.note("closing the archive: %v", "关闭存档：%v", err)
		}
	}, nil
}

func (a *app) tellRecovered(ar *archive.Archive) {
	for _, s := range ar.Recovered {
		a.note("archive: %s", "存档：%s", s)
	}
}

// yearRange is the value of --years: 2023, 2008-2025, 2019- or -2018.
type yearRange struct{ from, to int }

var yearsForm = regexp.MustCompile(`^(\d{4})?(-)?(\d{4})?$`)

// Set reads a range.
func (y *yearRange) Set(s string) error {
	m := yearsForm.FindStringSubmatch(s)
	if m == nil || m[1] == "" && m[3] == "" || m[2] == "" && m[3] != "" {
		return fmt.Errorf("%q is no range of years: write 2023, 2008-2025, 2019- or -2018", s)
	}
	y.from, _ = strconv.Atoi(m[1])
	y.to, _ = strconv.Atoi(m[3])
	if m[2] == "" {
		y.to = y.from
	}
	if y.from != 0 && y.to != 0 && y.from > y.to {
		return fmt.Errorf("%q runs backwards: write the earlier year first", s)
	}
	return nil
}

// String is the range as Set reads it.
func (y *yearRange) String() string {
	switch {
	case y.from == 0 && y.to == 0:
		return ""
	case y.from == y.to:
		return strconv.Itoa(y.from)
	}
	part := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	return part(y.from) + "-" + part(y.to)
}

// Type names the value in help texts.
func (y *yearRange) Type() string { return "years" }

// filterFlags add the flags that choose reports; the filter is right once flags have been read.
func (a *app) filterFlags(cmd *cobra.Command) func() archive.Filter {
	var y yearRange
	var f archive.Filter
	cmd.Flags().Var(&y, "years", a.say("report years, such as 2023 or 2008-2025", "报告年度，如 2023 或 2008-2025"))
	cmd.Flags().StringVar(&f.Publisher, "publisher", "", a.say("part of the publisher's name", "发布机构名称的一部分"))
	cmd.Flags().StringVar(&f.Code, "code", "", a.say("prefix of the administrative code, such as 4201", "行政区划代码前缀，如 4201"))
	cmd.Flags().StringVar(&f.Portal, "portal", "", a.say("name of the portal", "网站名称"))
	cmd.Flags().StringVar(&f.State, "state", "", a.say("live or removed", "live（在线）或 removed（已撤）"))
	return func() archive.Filter {
		f.YearFrom, f.YearTo = y.from, y.to
		return f
	}
}

// octets is the value of --memory: 512MiB, 1GiB, 800MB, or a number of octets.
type octets int64

var units = []struct {
	name string
	size int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}, {"", 1}}

// leastMemory is what a crawl can work with.
const leastMemory = 16 << 20

// Set reads a size.
func (o *octets) Set(s string) error {
	for _, u := range units {
		number, ok := strings.CutSuffix(s, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
		if err != nil || n <= 0 || n > 1<<50/u.size {
			break
		}
		if n*u.size < leastMemory {
			return fmt.Errorf("%q is too little: give at least 16MiB", s)
		}
		*o = octets(n * u.size)
		return nil
	}
	return fmt.Errorf("%q is no size: write 512MiB, 1GiB or a number of octets", s)
}

// String is the size in octets.
func (o *octets) String() string {
	if *o == 0 {
		return ""
	}
	return strconv.FormatInt(int64(*o), 10)
}

// Type names the value in help texts.
func (o *octets) Type() string { return "size" }
