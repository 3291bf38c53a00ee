package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// sumFile holds the digest of the index as the last writer left it, so that a flipped bit is found wherever it is, also
// where no row lies. It is removed before a writer changes the index; one that was killed leaves none behind.
const sumFile = "index.sum"

// fileSum is the digest of a file, as sumFile holds it.
func fileSum(path string) (string, error) {
	f, err := openRegular(path)
	if err != nil {
		return "", diskError(err)
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return "", diskError(err)
	}
	return fmt.Sprintf("sha256:%s %d\n", hex.EncodeToString(h.Sum(nil)), n), nil
}

func writeIndexSum(dir string) error {
	sum, err := fileSum(filepath.Join(dir, indexFile))
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(dir, sumFile), []byte(sum), fileMode)
}

func dropIndexSum(dir string) error {
	err := os.Remove(filepath.Join(dir, sumFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return diskError(err)
	}
	return syncDir(dir)
}
