package warc

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strings"
)

// digests are the hashes that WARC files name, with their length in octets.
var digests = map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha-1": sha1.New, "sha256": sha256.New, "sha-256": sha256.New, "sha512": sha512.New, "sha-512": sha512.New}

// Matches reports whether octets have a digest as a WARC header states it: the name of the hash and its value in base32, hex
// or base64. A digest of an unknown hash or form cannot be checked and matches.
func Matches(stated string, b []byte) bool {
	name, value, ok := strings.Cut(stated, ":")
	newHash := digests[strings.ToLower(name)]
	if !ok || newHash == nil {
		return true
	}
	h := newHash()
	h.Write(b)
	sum := h.Sum(nil)
	value = strings.TrimRight(value, "=")
	switch len(value) {
	case hex.EncodedLen(len(sum)):
		return strings.EqualFold(value, hex.EncodeToString(sum))
	case base32.StdEncoding.WithPadding(base32.NoPadding).EncodedLen(len(sum)):
		return strings.EqualFold(value, base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum))
	case base64.RawStdEncoding.EncodedLen(len(sum)):
		return value == base64.RawStdEncoding.EncodeToString(sum) || value == base64.RawURLEncoding.EncodeToString(sum)
	}
	return false
}
