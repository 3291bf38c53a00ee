package report

import (
	"regexp"
	"strings"
)

var (
	// hanYear is a year in Chinese numerals, the zero as any of the characters that writers take for it: 二〇二三年.
	hanYear = regexp.MustCompile(`二[〇○◯零oO0][〇○◯零oO0一二三四五六七八九]{2}(?:年|[-—至])`)
	// hanDay is a day in Chinese numerals behind a year.
	hanDay = regexp.MustCompile(`年([元一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})[日号])?`)
	// dayLine is a line that holds a day and nothing else.
	dayLine = regexp.MustCompile(`^[(（]?((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[)）]?$`)
)

var hanDigit = strings.NewReplacer("〇", "0", "○", "0", "◯", "0", "零", "0", "o", "0", "O", "0", "一", "1", "二", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9")

// plainYears writes years and days in Chinese numerals with digits; the text holds no blanks.
func plainYears(c string) string {
	if !strings.Contains(c, "二") || !strings.Contains(c, "年") {
		return c
	}
	return plainDays(hanYear.ReplaceAllStringFunc(c, hanDigit.Replace))
}

func plainDays(c string) string {
	if !strings.Contains(c, "月") {
		return c
	}
	return hanDay.ReplaceAllStringFunc(c, func(m string) string {
		p := hanDay.FindStringSubmatch(m)
		out := "年" + hanCount(p[1]) + "月"
		if p[2] != "" {
			out += hanCount(p[2]) + "日"
		}
		return out
	})
}

func hanCount(s string) string {
	if s == "元" {
		return "1"
	}
	if v, ok := hanNumber(s); ok {
		return plainNumber(v)
	}
	return s
}
