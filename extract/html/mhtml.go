package html

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"

	"nianbao/document"
)

const maxParts = 500

// ReadMHTML reads a web page saved in one file (RFC 2557): the first part that is HTML. Word saves such files under the
// name .doc.
func ReadMHTML(ctx context.Context, data []byte, opt Options) (*document.Document, error) {
	opt = opt.defaults()
	r := bufio.NewReader(bytes.NewReader(bytes.TrimLeft(data, "\r\n\t \xEF\xBB\xBF")))
	head, err := textproto.NewReader(r).ReadMIMEHeader()
	if err != nil && len(head) == 0 {
		return nil, fmt.Errorf("html: saved page: %w: %w", document.ErrMalformed, err)
	}
	body, charset, err := firstPage(head, r, opt, 0)
	if err != nil {
		return nil, fmt.Errorf("html: saved page: %w", err)
	}
	d, err := Read(ctx, body, charset, opt)
	if d != nil {
		d.MediaType = "multipart/related"
	}
	return d, err
}

const maxNested = 5

// firstPage finds the first HTML part at or below a part.
func firstPage(head textproto.MIMEHeader, r io.Reader, opt Options, depth int) (body []byte, charset string, err error) {
	media, params, err := mime.ParseMediaType(head.Get("Content-Type"))
	if err != nil && media == "" {
		media = "text/html"
	}
	switch {
	case strings.HasPrefix(media, "multipart/") && params["boundary"] != "" && depth < maxNested:
		m := multipart.NewReader(r, params["boundary"])
		for range maxParts {
			p, err := m.NextRawPart()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, "", fmt.Errorf("%w: %w", document.ErrMalformed, err)
			}
			if body, charset, err := firstPage(p.Header, p, opt, depth+1); err != nil || body != nil {
				return body, charset, err
			}
		}
		if depth == 0 {
			return nil, "", fmt.Errorf("no part is a page: %w", document.ErrMalformed)
		}
		return nil, "", nil
	case media == "text/html" || media == "application/xhtml+xml" || depth == 0:
	default:
		return nil, "", nil
	}
	switch strings.ToLower(strings.TrimSpace(head.Get("Content-Transfer-Encoding"))) {
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	}
	body, err = io.ReadAll(io.LimitReader(r, int64(opt.MaxBytes)+1))
	if len(body) > opt.MaxBytes {
		return nil, "", fmt.Errorf("more than %d octets: %w", opt.MaxBytes, document.ErrTooLarge)
	}
	if err != nil && len(body) == 0 {
		return nil, "", fmt.Errorf("%w: %w", document.ErrMalformed, err)
	}
	return body, params["charset"], nil
}
