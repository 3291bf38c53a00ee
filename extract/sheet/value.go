package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// number writes a number as its format means it: rounded to the places the format shows, as a percentage or a date
// where it says so, and otherwise in the shortest form without an exponent. Literal text and separators of thousands,
// which a format may add, are left out, unless they make another number of it. It is empty where the format shows nothing.
func number(v float64, code string, from1904 bool) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	part, own := section(code, v)
	f := parseFormat(part)
	switch {
	case f.date || f.clock:
		if s := when(v, f, from1904); s != "" {
			return s
		}
	case f.literal:
		if text := strings.TrimSpace(f.text); v != 0 || strings.Trim(text, "-–— ") != "" || text == "" {
			return text
		}
		return "0" // a dash stands for nothing in the books
	case f.awkward:
		return f.display(v, own)
	case f.percent:
		return shortest(round(v*100, f.places)) + "%"
	case f.scale > 0:
		return shortest(round(v/math.Pow10(3*f.scale), max(0, f.places))) + strings.TrimSpace(f.text)
	case f.places >= 0:
		v = round(v, f.places)
	}
	return shortest(v)
}

// shortest drops what is beyond the fifteen digits that a cell holds.
func shortest(v float64) string {
	if r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64); err == nil {
		v = r
	}
	if v == 0 {
		return "0" // and never -0
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// round rounds half away from zero, as a sheet does; a negative count of places rounds nothing.
func round(v float64, places int) float64 {
	if places < 0 || places > 15 || math.Abs(v) > 1e15 {
		return v
	}
	s := math.Pow10(places)
	r := math.Round(v*s*(1+1e-15)) / s
	return r
}

// when writes a date as 2006-01-02, with the time of day where the format shows one.
func when(v float64, f format, from1904 bool) string {
	if v < 0 || v > 2958466 { // 9999-12-31
		return ""
	}
	days := int(v)
	seconds := int(math.Round((v - float64(days)) * 86400))
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if days < 60 { // the 29th of February 1900 that Excel believes in
		days++
	}
	t := epoch.AddDate(0, 0, days).Add(time.Duration(seconds) * time.Second)
	switch {
	case !f.date:
		return t.Format("15:04:05")
	case f.clock:
		return t.Format("2006-01-02 15:04:05")
	}
	return t.Format(time.DateOnly)
}

// builtin are the formats that files name by number only; 14 and on are dates in the way of the user's country.
func builtin(id int) string {
	switch {
	case id == 1 || id == 3 || id == 37 || id == 38:
		return "0"
	case id == 2 || id == 4 || id == 39 || id == 40:
		return "0.00"
	case id == 9:
		return "0%"
	case id == 10:
		return "0.00%"
	case id >= 14 && id <= 17 || id >= 27 && id <= 31 || id >= 34 && id <= 36 || id >= 50 && id <= 58:
		return "yyyy-m-d"
	case id >= 18 && id <= 21 || id >= 32 && id <= 33 || id >= 45 && id <= 47:
		return "h:mm:ss"
	case id == 22:
		return "yyyy-m-d h:mm"
	case id >= 41 && id <= 42:
		return "0"
	case id >= 43 && id <= 44:
		return "0.00"
	}
	return ""
}
