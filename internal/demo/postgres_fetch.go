package demo

import (
	"fmt"
	"net"
	"os"
	"path/filepath"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
)

// fetch brings a server that the machine lacks, once for each data directory,
// and is the directory of its programs. QUERENT_PG_REPOSITORY names a mirror.
//
// The library can only fetch by starting a server of its own. That one is
// stopped at once, and whether it started does not matter (as root it never
// does), so long as the programs are there.
func (c *cluster) fetch() (string, error) {
	home := filepath.Join(c.dir, "server")
	bin := filepath.Join(home, "bin")
	if _, err := os.Stat(filepath.Join(bin, "postgres")); err == nil {
		return bin, c.reachable(bin)
	}
	if err := c.reachable(c.dir); err != nil {
		return "", err
	}
	scratch, err := os.MkdirTemp("", "qpg")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(scratch)
	port, err := freePort()
	if err != nil {
		return "", err
	}
	cfg := embeddedpostgres.DefaultConfig().Port(port).Logger(c.log).
		BinariesPath(home).CachePath(filepath.Join(scratch, "cache")).RuntimePath(filepath.Join(scratch, "run"))
	if mirror := os.Getenv("QUERENT_PG_REPOSITORY"); mirror != "" {
		cfg = cfg.BinaryRepositoryURL(mirror)
	}
	server := embeddedpostgres.NewDatabase(cfg)
	startErr := server.Start()
	if startErr == nil {
		if err := server.Stop(); err != nil {
			return "", fmt.Errorf("stop the fetched Postgres: %w", err)
		}
	}
	if _, err := os.Stat(filepath.Join(bin, "postgres")); err != nil {
		return "", fmt.Errorf("this machine has no PostgreSQL server (install it, or set QUERENT_PG_BIN to the directory of initdb and postgres), and none could be fetched: %w", startErr)
	}
	return bin, nil
}

// reachable says why the server's user could not run programs from dir.
func (c *cluster) reachable(dir string) error {
	if c.who == nil {
		return nil
	}
	for d := dir; ; d = filepath.Dir(d) {
		info, err := os.Stat(d)
		if err != nil {
			return err
		}
		if info.Mode()&0o001 == 0 {
			return fmt.Errorf("this machine has no PostgreSQL server, and root can't run a fetched one from a directory that only root may enter: install PostgreSQL, set QUERENT_PG_BIN, or choose a data directory outside root's home")
		}
		if d == filepath.Dir(d) {
			return nil
		}
	}
}

func freePort() (uint32, error) {
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return uint32(l.Addr().(*net.TCPAddr).Port), nil
}
