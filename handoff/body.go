package handoff

import (
	"encoding/json"

	"nianbao/archive"
)

// body renders an event for a consumer, with the report beside the references where that was asked for.
type body struct {
	archive *archive.Archive
	inline  string
}

func (b body) of(e archive.Event) ([]byte, error) {
	out := struct {
		archive.Event
		Record *archive.Report `json:"record,omitempty"`
	}{Event: e}
	if b.inline != "" {
		r, err := b.archive.Report(e.Data.Report, b.inline == "text")
		if err != nil {
			return nil, err
		}
		out.Record = &r
	}
	return json.Marshal(out)
}
