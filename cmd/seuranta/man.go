package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manCommand writes the manual page. Packages install it; nobody else needs to know the command.
func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man",
		Hidden: true,
		Short:  "Write the manual page, for man(1)",
		Example: `  seuranta man > seuranta.1
  seuranta man | man -l -`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			page, err := manual(cmd.Root())
			if err != nil {
				return err
			}
			_, err = a.out.Write(page)
			return err
		},
	}
}

// manual is one page of all commands: what the program is, then every command with its flags and examples. Its date is none,
// so that the same version writes the same bytes.
func manual(root *cobra.Command) ([]byte, error) {
	head := &doc.GenManHeader{Title: "SEURANTA", Section: "1", Source: "Seuranta", Manual: "Seuranta", Date: &time.Time{}}
	root.DisableAutoGenTag = true
	var page bytes.Buffer
	if err := doc.GenMan(root, head, &page); err != nil {
		return nil, fmt.Errorf("write the manual page: %w", err)
	}
	body, _, _ := strings.Cut(page.String(), "\n.SH SEE ALSO\n") // the commands stand in this page
	page.Reset()
	page.WriteString(undated(body) + "\n.SH COMMANDS\n")
	for _, cmd := range commands(root) {
		section(&page, cmd)
	}
	return page.Bytes(), nil
}

// undated takes the date out of a page's first line.
func undated(page string) string {
	return strings.Replace(page, `"Jan 0001" `, `"" `, 1)
}

// commands lists the commands that people use, those of a group after it.
func commands(root *cobra.Command) (out []*cobra.Command) {
	for _, cmd := range root.Commands() {
		if cmd.Hidden || cmd.Name() == "help" {
			continue
		}
		out = append(append(out, cmd), commands(cmd)...)
	}
	return out
}

// section writes one command.
func section(page *bytes.Buffer, cmd *cobra.Command) {
	fmt.Fprintf(page, ".SS %s\n%s\n", roff(synopsis(cmd)), roff(cmd.Short+"."))
	if cmd.Long != "" {
		fmt.Fprintf(page, ".PP\n%s\n", roff(cmd.Long))
	}
	if flags := cmd.LocalNonPersistentFlags(); flags.HasAvailableFlags() {
		fmt.Fprintf(page, ".PP\n.nf\n%s\n.fi\n", roff(flags.FlagUsages()))
	}
	if cmd.Example != "" {
		fmt.Fprintf(page, ".PP\nExamples:\n.PP\n.nf\n%s\n.fi\n", roff(cmd.Example))
	}
}

// synopsis is how a command is called: seuranta collect [SOURCE…].
func synopsis(cmd *cobra.Command) string {
	return cmd.CommandPath() + strings.TrimPrefix(cmd.Use, cmd.Name())
}

// roff makes text safe for a manual page: no line of it is taken for a command.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(strings.TrimRight(text, "\n"))
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			lines[i] = `\&` + line
		}
	}
	return strings.Join(lines, "\n")
}
