package files

import (
	"io/fs"
	"os"
	"syscall"
)

// removeDir and removeFile keep the difference between rmdir and unlink, which os.Remove hides.
func removeDir(name string) error {
	st, err := os.Lstat(name)
	if err == nil && !st.IsDir() {
		return &fs.PathError{Op: "rmdir", Path: name, Err: syscall.ENOTDIR}
	}
	return os.Remove(name)
}

func removeFile(name string) error {
	st, err := os.Lstat(name)
	if err == nil && st.IsDir() {
		return &fs.PathError{Op: "unlink", Path: name, Err: syscall.EISDIR}
	}
	return os.Remove(name)
}
