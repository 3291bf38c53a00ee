package sheet

import (
	"math"
	"testing"
)

func TestNumber(t *testing.T) {
	tests := []struct {
		v      float64
		format string
		want   string
	}{
		{12, "", "12"}, {12, "General", "12"}, {12, "0.00", "12"}, {12.5, "0.00", "12.5"}, {12.345, "0.00", "12.35"}, {15325.76, "#,##0.00_ ", "15325.76"},
		{1e12, "", "1000000000000"}, {1e-7, "", "0.0000001"}, {0.1 + 0.2, "", "0.3"}, {math.Copysign(0, -1), "", "0"}, {12.6, "0", "13"}, {2.5, "0", "3"}, {1.005, "0.00", "1.01"},
		{0.5, "0%", "50%"}, {0.12345, "0.00%", "12.35%"}, {1234567, "0.00E+00", "1234567"}, {5, `0"件"`, "5"}, {5, `[Red]0;[Blue]-0`, "5"}, {0.5, "# ?/?", "0.5"},
		{45000, "yyyy-mm-dd", "2023-03-15"}, {45000, `yyyy"年"m"月"`, "2023-03-15"}, {45000.25, "yyyy/m/d h:mm", "2023-03-15 06:00:00"}, {0.75, "h:mm:ss", "18:00:00"}, {1, "d", "1900-01-01"}, {60, "d", "1900-02-28"}, {61, "d", "1900-03-01"},
		{12, `General"件"`, "12"}, {12, "[DBNum1][$-804]General", "12"}, {12, "G/通用格式", "12"}, {0.5, "mm:ss", "12:00:00"}, {45000, "m", "2023-03-15"}, {12.5, `"¥"#,##0.00_);[Red]\(0.00\)`, "12.5"},
		{-5, "yyyy", "-5"}, {1e9, "yyyy", "1000000000"}, {math.NaN(), "", ""}, {math.Inf(1), "0", ""}, {7, `"open`, "7"}, {7, `[open`, "7"}, {7, "@", "7"}, {7, ";;;", "7"},
	}
	for _, tt := range tests {
		if got := number(tt.v, tt.format, false); got != tt.want {
			t.Errorf("number(%v, %q) = %q, want %q", tt.v, tt.format, got, tt.want)
		}
	}
	if got := number(0, "yyyy-m-d", true); got != "1904-01-01" {
		t.Errorf("from 1904: %s", got)
	}
	for id, want := range map[int]string{0: "", 1: "0", 9: "0%", 10: "0.00%", 14: "yyyy-m-d", 21: "h:mm:ss", 22: "yyyy-m-d h:mm", 31: "yyyy-m-d", 44: "0.00", 49: ""} {
		if got := builtin(id); got != want {
			t.Errorf("builtin(%d) = %q, want %q", id, got, want)
		}
	}
}

func TestRK(t *testing.T) {
	for v, want := range map[int]float64{12<<2 | 2: 12, 1234<<2 | 3: 12.34, 0x3FF00000: 1, 0x40590001: 1, -5<<2&0xFFFFFFFF | 2: -5} {
		if got := rk(v); got != want {
			t.Errorf("rk(%#x) = %v, want %v", v, got, want)
		}
	}
}
