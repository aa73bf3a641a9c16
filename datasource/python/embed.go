package python

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// hostFiles is the package zenpython. "all:" because __init__.py starts with an underscore; what is no source is left
// out when it is unpacked.
//
//go:embed all:host/zenpython
var hostFiles embed.FS

// Requirements are the pinned requirements of the host and of what plugins import, in pip's form.
//
//go:embed host/requirements.txt
var Requirements string

// UnpackHost writes the package zenpython below dir, in a folder named by its content, and returns that folder for
// Options.HostPath. What is there already and complete is used. The folder is the daemon's user's alone; with a
// credential its group can read it too.
func UnpackHost(dir string, reader *Credential) (string, error) {
	sources, err := fs.Sub(hostFiles, "host")
	if err != nil {
		return "", fmt.Errorf("reading the embedded package zenpython: %w", err)
	}
	return unpack(sources, dir, reader)
}

// source is one file of the package.
type source struct {
	path string
	text []byte
}

func unpack(sources fs.FS, dir string, reader *Credential) (string, error) {
	files, err := readSources(sources)
	if err != nil {
		return "", fmt.Errorf("reading the embedded package zenpython: %w", err)
	}
	target := filepath.Join(dir, "python-"+contentHash(files))
	if isComplete(target, files) {
		return target, nil
	}
	if err := writeAtomically(target, files, reader); err != nil {
		return "", fmt.Errorf("unpacking the package zenpython to %s: %w", target, err)
	}
	return target, nil
}

func readSources(sources fs.FS) ([]source, error) {
	var files []source
	err := fs.WalkDir(sources, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) != ".py" {
			return err
		}
		text, err := fs.ReadFile(sources, name)
		files = append(files, source{name, text})
		return err
	})
	return files, err
}

func contentHash(files []source) string {
	h := sha256.New()
	for _, f := range files {
		for _, part := range [][]byte{[]byte(f.path), f.text} {
			var size [8]byte
			binary.BigEndian.PutUint64(size[:], uint64(len(part)))
			h.Write(size[:])
			h.Write(part)
		}
	}
	const enough = 12
	return hex.EncodeToString(h.Sum(nil)[:enough])
}

// isComplete compares what is there byte for byte, since it is code that will run.
func isComplete(target string, files []source) bool {
	for _, f := range files {
		have, err := os.ReadFile(filepath.Join(target, filepath.FromSlash(f.path)))
		if err != nil || !bytes.Equal(have, f.text) {
			return false
		}
	}
	return true
}

// writeAtomically makes the folder under another name and renames it, so that nobody ever sees a part of it.
func writeAtomically(target string, files []source, reader *Credential) error {
	dir := filepath.Dir(target)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(dir, ".python-") // mode 0700
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(fresh) }()
	if err := writeSources(fresh, files); err != nil {
		return err
	}
	if reader != nil {
		if err := lend(fresh, files, reader.GID); err != nil {
			return err
		}
	}
	err = os.Rename(fresh, target)
	if err == nil || isComplete(target, files) {
		return nil // ours, or that of another daemon which was faster
	}
	if err := os.RemoveAll(target); err != nil {
		return err
	}
	return os.Rename(fresh, target)
}

func writeSources(root string, files []source) error {
	for _, f := range files {
		full := filepath.Join(root, filepath.FromSlash(f.path))
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(full, f.text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// lend lets a group read a folder that stays ours.
func lend(root string, files []source, gid uint32) error {
	const dirMode, fileMode = 0o750, 0o640
	modes := map[string]os.FileMode{".": dirMode}
	for _, f := range files {
		modes[f.path] = fileMode
		for dir := path.Dir(f.path); dir != "."; dir = path.Dir(dir) {
			modes[dir] = dirMode
		}
	}
	for name, mode := range modes {
		full := filepath.Join(root, filepath.FromSlash(name))
		if err := os.Chown(full, -1, int(gid)); err != nil {
			return err
		}
		if err := os.Chmod(full, mode); err != nil {
			return err
		}
	}
	return nil
}
