package extract

import (
	"bytes"
	"context"
	"fmt"

	"nianbao/document"
)

// Pictures.
const (
	PNG  = "image/png"
	JPEG = "image/jpeg"
	GIF  = "image/gif"
	TIFF = "image/tiff"
	BMP  = "image/bmp"
)

func pngFormat() format {
	return format{media: PNG, is: begins("\x89PNG\r\n\x1a\n"), read: readPicture}
}

func jpegFormat() format {
	return format{media: JPEG, is: begins("\xff\xd8\xff"), read: readPicture}
}

func gifFormat() format {
	return format{media: GIF, is: begins("GIF8"), read: readPicture}
}

func tiffFormat() format {
	return format{media: TIFF, is: begins("II*\x00", "MM\x00*"), read: readPicture}
}

// bmpFormat comes after formats with longer signatures: text may begin with BM, but has no NULs.
func bmpFormat() format {
	return format{
		media: BMP,
		is: func(s *sample) bool {
			return bytes.HasPrefix(s.head, []byte("BM")) && len(s.head) > 30 && bytes.Count(s.head, []byte{0}) > 8
		},
		read: readPicture,
	}
}

// readPicture reads no picture: package ocr does where tesseract is installed.
func readPicture(_ context.Context, r *reading) (*document.Document, error) {
	return nil, fmt.Errorf("extract: %s: %w", r.media, document.ErrNeedsOCR)
}
