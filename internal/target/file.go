package target

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
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
	if header[18] == walVersion || header[19] == walVersion {
		return stamp{}, &fault{Kind: faultFile, Message: "The database is in WAL mode, which can't be read without writing files beside it. Switch a copy of it with PRAGMA journal_mode=DELETE."}
	}
	return stamp{
		inode: inode(info), mtime: info.ModTime(), size: info.Size(),
		changes: binary.BigEndian.Uint32(header[24:]),
		version: binary.BigEndian.Uint32(header[40:]),
	}, nil
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
