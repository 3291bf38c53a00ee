package bundle

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/bodgit/sevenzip"
	"github.com/nwaples/rardecode/v2"

	"nianbao/document"
)

// maxListed bounds the directory of a container before it is read: each entry costs memory.
const maxListed = 100_000

func walkZIP(data []byte, each func(member) error) error {
	if n := bytes.Count(data, []byte("PK\x01\x02")); n > maxListed {
		return fmt.Errorf("a directory of %d entries: %w", n, document.ErrBomb)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return fmt.Errorf("zip: %w: %w", document.ErrMalformed, err)
	}
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		if err := each(member{f.Name, int64(f.CompressedSize64), f.Flags&1 != 0, func() (io.ReadCloser, error) {
			r, err := f.Open()
			if errors.Is(err, zip.ErrAlgorithm) {
				return nil, fmt.Errorf("zip: method %d: %w", f.Method, document.ErrUnsupported)
			}
			return r, err
		}}); err != nil {
			return err
		}
	}
	return nil
}

const maxDictionary = 256 << 20

func walkRAR(data []byte, each func(member) error) error {
	r, err := rardecode.NewReader(bytes.NewReader(data), rardecode.MaxDictionarySize(maxDictionary))
	if err != nil {
		return rarError(err)
	}
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return rarError(err)
		}
		if h.IsDir {
			continue
		}
		packed := h.PackedSize
		if h.Solid {
			packed = int64(len(data))
		}
		if err := each(member{h.Name, packed, h.Encrypted || h.HeaderEncrypted, func() (io.ReadCloser, error) { return io.NopCloser(r), nil }}); err != nil {
			return err
		}
	}
}

func rarError(err error) error {
	switch {
	case errors.Is(err, rardecode.ErrArchiveEncrypted), errors.Is(err, rardecode.ErrArchivedFileEncrypted), errors.Is(err, rardecode.ErrBadPassword):
		return fmt.Errorf("rar: %w", document.ErrEncrypted)
	case errors.Is(err, rardecode.ErrMultiVolume):
		return fmt.Errorf("rar: one volume of several: %w", document.ErrUnsupported)
	}
	return fmt.Errorf("rar: %w: %w", document.ErrMalformed, err)
}

func walkSeven(data []byte, each func(member) error) error {
	z, err := sevenzip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return sevenError(err)
	}
	if len(z.File) > maxListed {
		return fmt.Errorf("a directory of %d entries: %w", len(z.File), document.ErrBomb)
	}
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		if err := each(member{f.Name, int64(len(data)), false, func() (io.ReadCloser, error) {
			r, err := f.Open()
			if err != nil {
				return nil, sevenError(err)
			}
			return sevenReader{r}, nil
		}}); err != nil {
			return err
		}
	}
	return nil
}

// sevenReader says of an error while reading whether a password is the reason.
type sevenReader struct{ io.ReadCloser }

func (r sevenReader) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = sevenError(err)
	}
	return n, err
}

func sevenError(err error) error {
	var e *sevenzip.ReadError
	if errors.As(err, &e) && e.Encrypted {
		return fmt.Errorf("7z: %w", document.ErrEncrypted)
	}
	return fmt.Errorf("7z: %w: %w", document.ErrMalformed, err)
}
