// Package static holds the files a browser loads, under paths that carry
// their content's hash, so that they may be cached for ever.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"strings"
)

//go:embed *.css *.js *.svg *.LICENSE
var files embed.FS

// Prefix starts every path.
const Prefix = "/static/"

var paths = hashed()

// hashed maps each file's name to its path.
func hashed() map[string]string {
	m := map[string]string{}
	names, err := fs.Glob(files, "*")
	if err != nil {
		panic(err) // the pattern is well-formed
	}
	for _, name := range names {
		body, err := files.ReadFile(name)
		if err != nil {
			panic(err) // it was embedded
		}
		sum := sha256.Sum256(body)
		m[name] = Prefix + hex.EncodeToString(sum[:6]) + "/" + name
	}
	return m
}

// Path gives the path of an embedded file; empty for a name that is none.
func Path(name string) string { return paths[name] }

// Handler serves the paths that Path gives, and nothing else.
func Handler() http.Handler {
	server := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		if p, ok := paths[name]; !ok || p != r.URL.Path {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		r2 := r.Clone(r.Context())
		r2.URL.Path = "/" + name
		server.ServeHTTP(w, r2)
	})
}
