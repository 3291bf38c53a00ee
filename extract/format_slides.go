package extract

import (
	"context"
	"fmt"

	"nianbao/document"
)

// Presentations of Microsoft; those of OpenDocument stand with their like.
const (
	PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	PPT  = "application/vnd.ms-powerpoint"
)

func pptxFormat() format {
	return format{media: PPTX, is: func(s *sample) bool { return s.openXML() == PPTX }, read: readSlides}
}

func pptFormat() format {
	return format{media: PPT, is: func(s *sample) bool { return s.hasStream("PowerPoint Document") }, read: readSlides}
}

// readSlides reads no presentation: package office converts them where LibreOffice is installed.
func readSlides(_ context.Context, r *reading) (*document.Document, error) {
	return nil, fmt.Errorf("extract: %s: reading it needs LibreOffice: %w", r.media, document.ErrUnsupported)
}
