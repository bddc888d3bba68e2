package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

const maxSecret = 64 << 10 // bytes of a file that holds a secret

// SecretsDir is the folder beside the configuration where secrets of sources lie, as SOURCE.KEY.
const SecretsDir = "secrets"

// secretFile fills a secret key from the file that KEY_file names.
func (d *decoder) secretFile(at string, n *yaml.Node, out reflect.Value) {
	var name string
	d.value(at+"_file", n, reflect.ValueOf(&name).Elem())
	if d.faulty[at+"_file"] {
		d.faulty[at] = true
		return
	}
	d.secretFrom(at, at+"_file", name, out)
}

// storedSecrets fills the secret keys that an entry leaves out from the folder of secrets, as far as they lie there.
func (d *decoder) storedSecrets(at, owner string, fields fields, given map[string]string) {
	if owner == "" {
		return
	}
	for _, f := range fields {
		name := filepath.Join(SecretsDir, owner+"."+f.key)
		if f.secret != "true" || given[f.key] != "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(d.dir, name)); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		given[f.key] = name
		d.secretFrom(under(at, f.key), under(at, f.key), name, f.out)
	}
}

// secretFrom fills the secret key at a path from a file; told is the path that a fault of the file stands at.
func (d *decoder) secretFrom(at, told, name string, out reflect.Value) {
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(d.dir, path)
	}
	d.files = append(d.files, path)
	value, err := readSecret(path)
	if err != nil && d.mayLack(at) {
		d.lack(at, "the file "+show(name)+" "+err.wrong)
		return
	}
	if err != nil {
		d.faulty[at] = true
		if _, hidden := d.taints[told]; err.todo == closeFile && !hidden {
			err.todo += " " + clip(veiled(name))
		}
		d.fault(told, "the file "+show(name)+" "+err.wrong, err.todo)
		return
	}
	d.taint(at, value, "the file "+show(name))
	d.assign(at, value, true, out)
}

// mayLack tells whether a value may be left empty when it cannot be had: a secret that only who asks a server needs.
func (d *decoder) mayLack(at string) bool {
	if !d.lenient || strings.HasPrefix(at, "storage.") {
		return false
	}
	for ; at != ""; at = parentOf(at) {
		if d.secrets[at] {
			return true
		}
	}
	return false
}

// lack leaves a secret empty, and says why.
func (d *decoder) lack(at, why string) {
	d.lacking = append(d.lacking, oneLine(why))
	for ; at != ""; at = parentOf(at) {
		d.lacks[at] = true
		if d.secrets[at] {
			return
		}
	}
}

// closeFile is what to do about a file that is open to others.
const closeFile = "take that right away: chmod 600"

// credential tells whether a file is one that systemd hands to a service (LoadCredential=). It lets the service's user in by an
// access list, of which the mode shows only that somebody of a group may read; its folder is closed to all others.
func credential(path string, mode fs.FileMode) bool {
	return strings.HasPrefix(filepath.Clean(path), "/run/credentials/") && mode.Perm() == 0o440
}

// readSecret returns what a file holds, without the end of its last line.
func readSecret(path string) (string, *misfit) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", &misfit{"cannot be read", "write the secret into it; a relative path starts from the folder of the configuration"}
	case !info.Mode().IsRegular():
		return "", &misfit{"is no file", "name the file that holds the secret"}
	case info.Mode().Perm()&0o077 != 0 && !credential(path, info.Mode()):
		return "", &misfit{fmt.Sprintf("may be read or written by others (%04o)", info.Mode().Perm()), closeFile}
	}
	f, err := os.Open(path)
	if err != nil {
		return "", &misfit{"cannot be read", "let the user that runs seuranta read it"}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	value := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	switch {
	case err != nil:
		return "", &misfit{"cannot be read", "let the user that runs seuranta read it"}
	case len(b) > maxSecret || !utf8.ValidString(value):
		return "", &misfit{"holds no secret but something larger", "the file holds the secret and nothing else"}
	case strings.TrimFunc(value, unicode.IsSpace) == "":
		return "", &misfit{"is empty", "write the secret into it"}
	}
	return value, nil
}
