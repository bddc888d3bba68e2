package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/spf13/cobra"

	"seuranta/collectors"
	"seuranta/internal/config"
)

//go:embed seuranta.yaml.tmpl
var initialText string

const (
	configName = "seuranta.yaml"
	schemaName = ".seuranta.schema.json" // seuranta.yaml names it in its first line
)

func (a *app) initCommand() *cobra.Command {
	var w wishes
	yes := false
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a commented seuranta.yaml to begin with",
		Long: `Asks a few questions and writes a commented seuranta.yaml, its schema for editors and an empty folder
for secrets into DIR, or into the working folder. What is asked for can be given by flags as well;
without a terminal, or with --yes, nothing is asked. No file is ever written over.`,
		Example: `  seuranta init
  seuranta init seuranta --name "Keski-Suomen osaamiskeskus" --id koske
  seuranta init --yes --name Koske --website https://koske.example --log "/var/log/nginx/koske.access.log*"
  sudo seuranta init /etc/seuranta --data /var/lib/seuranta`,
		Args: func(cmd *cobra.Command, args []string) error { return noArgs(cmd, args[min(1, len(args)):]) },
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 0 {
				dir = args[0]
			}
			return a.init(cmd.Context(), dir, w, !yes && terminal(a.in) && terminal(a.err), yes || flagsGiven(cmd))
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "ask nothing: take the defaults for what no flag gives")
	cmd.Flags().StringVar(&w.Name, "name", "", "name of the organisation")
	cmd.Flags().StringVar(&w.ID, "id", "", "short name of the organisation, in small letters; default made of the name")
	cmd.Flags().StringSliceVar(&w.Languages, "languages", nil, "languages of the organisation, the first is shown first; default fi")
	cmd.Flags().StringVar(&w.Website, "website", "", "address of the website")
	cmd.Flags().StringVar(&w.Log, "log", "", "access logs of the website's server, as /var/log/nginx/site.access.log*")
	cmd.Flags().StringVar(&w.Feed, "feed", "", "address of the website's feed (RSS or Atom)")
	cmd.Flags().StringSliceVar(&w.Channels, "typed", nil, "channels whose figures are typed by hand, as newsletter,facebook")
	cmd.Flags().StringVar(&w.Data, "data", "", "folder to keep the figures in, as /var/lib/seuranta; default beside the configuration")
	return cmd
}

// flagsGiven tells whether a flag of the command itself was given: then somebody knows what they want.
func flagsGiven(cmd *cobra.Command) bool {
	for _, name := range []string{"name", "id", "website", "log", "feed", "languages", "typed"} {
		if cmd.Flags().Changed(name) {
			return true
		}
	}
	return false
}

// init writes the files. Without a terminal somebody must have said what they want, by --yes or a flag.
func (a *app) init(ctx context.Context, dir string, w wishes, ask, sure bool) error {
	if a.configPath != "" {
		return usage("init writes %s into a folder: name the folder, as in `seuranta init DIR`, instead of --config", configName)
	}
	if !ask && !sure {
		return usage("init asks its questions on a terminal, and here is none; give --yes to take the defaults, or --name, --website, --log …; see `seuranta init --help`")
	}
	if err := vacant(dir); err != nil {
		return err
	}
	if ask {
		if err := a.interview(ctx, &w); err != nil {
			return err
		}
	}
	if err := w.complete(); err != nil {
		return err
	}
	text, err := w.text()
	if err != nil {
		return err
	}
	if err := tried(dir, text, a.env); err != nil {
		return err
	}
	if err := writeInitial(dir, text); err != nil {
		return fmt.Errorf("write the first configuration: %w", err)
	}
	return a.tellNext(dir)
}

// vacant refuses a folder in which a file would have to be written over.
func vacant(dir string) error {
	for _, name := range []string{configName, schemaName} {
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); err == nil {
			return usage("%s is there already, and init writes over nothing; name another folder, or change that file", path)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("look for %s: %w", path, err)
		}
	}
	return nil
}

// text returns the configuration that fulfils the wishes.
func (w wishes) text() ([]byte, error) {
	quote := func(s string) (string, error) { b, err := json.Marshal(s); return string(b), err } // JSON is YAML
	t, err := template.New(configName).Funcs(template.FuncMap{"quote": quote, "join": strings.Join}).Parse(initialText)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	err = t.Execute(&b, w)
	return []byte(b.String()), err
}

// tried loads the text as it would be loaded, so that nothing is written which check would refuse.
func tried(dir string, text []byte, env func(string) (string, bool)) error {
	_, err := config.Parse(filepath.Join(dir, configName), text, collectors.Kinds(), env)
	var faults *config.Faults
	if !errors.As(err, &faults) {
		return err
	}
	var wrong []string
	for _, f := range *faults {
		wrong = append(wrong, f.Message)
	}
	return usage("nothing was written, as this would not be understood:\n  %s", strings.Join(wrong, "\n  "))
}

// writeInitial writes configuration, schema and the folder of secrets, which no version control is to take in.
func writeInitial(dir string, text []byte) error {
	schema, err := config.Schema(collectors.Kinds())
	if err != nil {
		return err
	}
	secrets := filepath.Join(dir, config.SecretsDir)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(secrets, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	err = writeNew(filepath.Join(secrets, ".gitignore"), []byte("*\n"))
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := writeNew(filepath.Join(dir, schemaName), schema); err != nil {
		return err
	}
	if err := writeNew(filepath.Join(dir, configName), text); err != nil {
		return errors.Join(err, os.Remove(filepath.Join(dir, schemaName)))
	}
	return nil
}

// writeNew writes a file that must not be there yet. It is there as a whole or not at all.
func writeNew(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

// tellNext says what was written and what to do now.
func (a *app) tellNext(dir string) error {
	path := filepath.Join(dir, configName)
	if a.json {
		return writeJSON(a.out, map[string]any{"wrote": []string{path, filepath.Join(dir, schemaName), filepath.Join(dir, config.SecretsDir)}})
	}
	with := ""
	if filepath.Clean(dir) != "." {
		with = " --config " + path
	}
	_, err := fmt.Fprintf(a.out, `wrote %s, its schema for editors (%s) and the folder %s for secrets

next:
  look through %s: it says what each part is for
  seuranta check%s
  seuranta collect%s
  seuranta report weekly --out pages/%s
`, path, schemaName, config.SecretsDir, path, with, with, with)
	return err
}
