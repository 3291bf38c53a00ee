package archive

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// markFile marks a directory as an archive.
const markFile = "ARCHIVE"

// isArchive checks that a directory is an archive. One whose mark is missing or empty, as a power cut may leave it, is known
// by its index or segments.
func isArchive(dir string) error {
	mark := filepath.Join(dir, markFile)
	b, err := os.ReadFile(mark)
	switch {
	case err == nil && string(b) == format:
		return nil
	case err == nil && strings.HasPrefix(format, string(b)) || errors.Is(err, os.ErrNotExist):
		if looksLikeArchive(dir) {
			return nil
		}
		return fmt.Errorf("%s: %w: run \"crawler crawl\" first, or name another with --archive", dir, ErrNotArchive)
	case err == nil:
		return fmt.Errorf("%s: %w: %s says %.40q, this program writes %q", dir, ErrNotArchive, mark, b, format)
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%s: %w: it is a file", dir, ErrNotArchive)
	}
	return diskError(err)
}

// looksLikeArchive reports whether segments of ours, or an index beside their folders, lie in a directory.
func looksLikeArchive(dir string) bool {
	for _, stream := range []byte{streamWARC, streamReports} {
		entries, err := os.ReadDir(filepath.Join(dir, folderOf(stream)))
		if err != nil {
			continue
		}
		for _, e := range entries {
			if nameForm.MatchString(e.Name()) || legacyForm.MatchString(e.Name()) {
				return true
			}
		}
		if info, err := os.Lstat(filepath.Join(dir, indexFile)); err == nil && info.Mode().IsRegular() {
			return true
		}
	}
	return false
}

// own are the files of an archive that may stand there before its mark does.
var own = []string{lockFile, markFile, "warc", "reports", "quarantine", "log"}

// prepare checks or makes the directory, and takes its lock.
func prepare(dir string, create bool) (*os.File, error) {
	err := isArchive(dir)
	if err != nil && (!create || !errors.Is(err, ErrNotArchive)) {
		return nil, err
	}
	if err != nil {
		if err := mayBeMade(dir, err); err != nil {
			return nil, err
		}
		if err := os.MkdirAll(dir, dirMode); err != nil {
			return nil, diskError(err)
		}
	}
	l, err := lock(dir)
	if err != nil {
		return nil, err
	}
	if err := writeMark(dir); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// mayBeMade reports whether an archive can be made in a directory that is none yet: it is empty, or holds what a process
// that was killed while it made one left behind.
func mayBeMade(dir string, why error) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w: %w", why, err)
	}
	for _, e := range entries {
		if !slices.Contains(own, e.Name()) {
			return fmt.Errorf("%s: %w: the directory is not empty and was not made by this program: name another with --archive", dir, ErrNotArchive)
		}
	}
	if b, err := os.ReadFile(filepath.Join(dir, markFile)); err == nil && !strings.HasPrefix(format, string(b)) {
		return why
	}
	return nil
}

// writeMark makes the folders and the mark where they are missing, and has them on disk.
func writeMark(dir string) error {
	for _, sub := range []string{"warc", "reports", "quarantine"} {
		info, err := os.Lstat(filepath.Join(dir, sub))
		if err == nil && !info.IsDir() {
			return fmt.Errorf("%s: %w: %s is not a folder", dir, ErrNotArchive, sub)
		}
		if err := os.MkdirAll(filepath.Join(dir, sub), dirMode); err != nil {
			return diskError(err)
		}
	}
	if b, err := os.ReadFile(filepath.Join(dir, markFile)); err == nil && string(b) == format {
		return nil
	}
	return replaceFile(filepath.Join(dir, markFile), []byte(format), fileMode)
}

// replaceFile writes a file whole or not at all, and has it on disk with its name.
func replaceFile(path string, data []byte, mode os.FileMode) error {
	tmp := path + ".new"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
	if err != nil {
		return diskError(err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		return diskError(errors.Join(err, os.Remove(tmp)))
	}
	return syncDir(filepath.Dir(path))
}

// copyFile copies octets of a file into a new one and has them on disk.
func copyFile(to string, from io.Reader, mode os.FileMode) error {
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return diskError(err)
	}
	_, err = io.Copy(f, from)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return diskError(errors.Join(err, os.Remove(to)))
	}
	return syncDir(filepath.Dir(to))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return diskError(err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("archive: sync %s: %w", dir, err)
	}
	return nil
}

// quarantined is a name in quarantine/ that is not taken.
func quarantined(dir, name string) string {
	for n := 0; ; n++ {
		path := filepath.Join(dir, "quarantine", name)
		if n > 0 {
			path += fmt.Sprintf(".%d", n)
		}
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) {
			return path
		}
	}
}

// readAllOf reads and closes a file.
func readAllOf(f *os.File) ([]byte, error) {
	defer f.Close()
	return io.ReadAll(f)
}
