package config

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

const maxSecret = 64 << 10 // bytes of a file that holds a secret

// secretFile fills a secret key from the file that KEY_file names.
func (d *decoder) secretFile(at string, n *yaml.Node, out reflect.Value) {
	var name string
	d.value(at+"_file", n, reflect.ValueOf(&name).Elem())
	if d.faulty[at+"_file"] {
		d.faulty[at] = true
		return
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(d.dir, path)
	}
	value, err := readSecret(path)
	if err != nil {
		d.faulty[at] = true
		d.fault(at+"_file", "the file "+show(name)+" "+err.wrong, err.todo)
		return
	}
	d.taint(at, value, "the file "+show(name))
	d.assign(at, value, true, out)
}

func readSecret(path string) (string, *misfit) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", &misfit{"cannot be read", "write the secret into it; a relative path starts from the folder of the configuration"}
	case !info.Mode().IsRegular():
		return "", &misfit{"is no file", "name the file that holds the secret"}
	case info.Mode().Perm()&0o022 != 0:
		return "", &misfit{fmt.Sprintf("may be written by others (%04o)", info.Mode().Perm()), "take that right away: chmod 600"}
	}
	f, err := os.Open(path)
	if err != nil {
		return "", &misfit{"cannot be read", "let the user that runs seuranta read it"}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	value := strings.TrimRight(string(b), "\r\n")
	switch {
	case err != nil:
		return "", &misfit{"cannot be read", "let the user that runs seuranta read it"}
	case len(b) > maxSecret || !utf8.ValidString(value):
		return "", &misfit{"holds no secret but something larger", "the file holds the secret and nothing else"}
	case value == "":
		return "", &misfit{"is empty", "write the secret into it"}
	}
	return value, nil
}
