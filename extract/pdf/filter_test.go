package pdf

import (
	"bytes"
	"encoding/ascii85"
	"testing"
)

// TestASCII85 reads data whose last character is the one that an opening mark begins with.
func TestASCII85(t *testing.T) {
	seen := 0
	for n := range 4000 {
		want := []byte{byte(n), byte(n >> 4), 'x', byte(n * 7), byte(n >> 8)}
		var b bytes.Buffer
		w := ascii85.NewEncoder(&b)
		w.Write(want)
		w.Close()
		if bytes.HasSuffix(b.Bytes(), []byte("<")) {
			seen++
		}
		for _, open := range []string{"", "<~", " <~\n"} {
			got, err := ascii85Decode([]byte(open+b.String()+"~>"), &meter{left: 1 << 20})
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%q: %v %v, want %v", open+b.String(), got, err, want)
			}
		}
	}
	if seen == 0 {
		t.Error("no data ended in <")
	}
}
