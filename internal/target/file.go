package target

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"sync"
	"time"
)

// stamp tells one state of a file from another: a renamed-over file has
// another inode, a written one another time or size.
type stamp struct {
	inode   uint64
	mtime   time.Time
	size    int64
	changes uint32 // SQLite's count of transactions
	version uint32 // SQLite's count of schema changes
	logged  bool   // it has a write-ahead log, where nothing is that the file has not
}

func (a stamp) String() string {
	return fmt.Sprintf("%d-%d-%d-%d-%d", a.inode, a.mtime.UnixNano(), a.size, a.changes, a.version)
}

const (
	magic      = "SQLite format 3\x00"
	headerSize = 100
	walVersion = 2
)

// checkFile refuses a file that SQLite can't read as a database, or could only
// read by writing beside it. Its errors are faults without a path.
func checkFile(path string) (stamp, error) {
	at, err := readStamp(path)
	if err == nil && at.logged && pendingLog(path) {
		return stamp{}, &fault{Kind: faultFile, Message: sayLog}
	}
	return at, err
}

// readStamp is checkFile whatever is in a log.
func readStamp(path string) (stamp, error) {
	if path == None {
		return stamp{}, &fault{Kind: faultFile, Message: "There is no target database on this server."}
	}
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}, statFault(err)
	}
	if !info.Mode().IsRegular() {
		return stamp{}, &fault{Kind: faultFile, Message: "The database is not a regular file."}
	}
	f, err := os.Open(path)
	if err != nil {
		return stamp{}, statFault(err)
	}
	defer f.Close()
	var header [headerSize]byte
	if n, err := io.ReadFull(f, header[:]); n == 0 {
		return stamp{}, &fault{Kind: faultFile, Message: "The database file is empty."}
	} else if err != nil || string(header[:len(magic)]) != magic {
		return stamp{}, &fault{Kind: faultFile, Message: "The file is not a SQLite database."}
	}
	return stamp{
		logged: header[18] == walVersion || header[19] == walVersion,
		inode:  inode(info), mtime: info.ModTime(), size: info.Size(),
		changes: binary.BigEndian.Uint32(header[24:]),
		version: binary.BigEndian.Uint32(header[40:]),
	}, nil
}

const sayLog = "The database is in WAL mode and has changes in its log that are not in the file yet; reading them would mean to write beside it. Close the program that writes it, or run PRAGMA wal_checkpoint(TRUNCATE) there, or give Querent a copy made with VACUUM INTO."

// pendingLog reports whether the write-ahead log beside a file may hold what
// the file does not. A log that was taken over in full stays as it is until it
// is needed again; the index beside it then says that nothing is left to do.
func pendingLog(path string) bool {
	info, err := os.Stat(path + "-wal")
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() <= walHeader {
		return false
	}
	f, err := os.Open(path + "-shm")
	if err != nil {
		return true
	}
	defer f.Close()
	var index [100]byte
	if _, err := io.ReadFull(f, index[:]); err != nil {
		return true
	}
	// Two copies of 48 bytes that differ while one is written, then how many
	// pages of the log the file has.
	const begun, pages, done = 12, 16, 96
	last := binary.NativeEndian.Uint32(index[pages:])
	return !bytes.Equal(index[:48], index[48:96]) || index[begun] != 1 || last != binary.NativeEndian.Uint32(index[done:])
}

const walHeader = 32

// temporary is SQLite's word for where it sorts and groups what does not fit into
// memory: in a file without a name, or in memory after all where there is no place
// for one.
var temporary = sync.OnceValue(func() string {
	f, err := os.CreateTemp("", "querent-*")
	if err != nil {
		return "2"
	}
	f.Close()
	os.Remove(f.Name())
	return "1"
})

// fileURI is how SQLite is to open a file: to read it, and nothing else. One
// with a log is opened as if it could not change, since its locks would be
// files beside it; that it did not is checked at the end.
func fileURI(path string, at stamp) string {
	query := "mode=ro&_pragma=query_only(1)&_pragma=cell_size_check(1)&_pragma=mmap_size(0)&_pragma=temp_store(" + temporary() + ")"
	if at.logged {
		query += "&immutable=1"
	}
	uri := url.URL{Scheme: "file", Path: path, RawQuery: query}
	return uri.String()
}

func statFault(err error) *fault {
	f := &fault{Kind: faultFile, Message: "The database file can't be read.", Detail: err.Error()}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		f.Message = sayGone
	case errors.Is(err, fs.ErrPermission):
		f.Message = "The database file may not be read by this user."
	}
	return f
}
