package main

import (
	"github.com/spf13/cobra"

	"seuranta/collectors"
	"seuranta/internal/config"
)

//go:generate go test -count 1 -run ^TestGeneratedDocs$ . -update

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "The JSON Schema of seuranta.yaml, by which editors complete and check it",
		Long: `Writes the JSON Schema (draft 2020-12) of the configuration file. An editor that knows YAML finds it by
the line that "seuranta init" writes at the head of the file. What one entry says of another only
"seuranta check" can tell.`,
		Example: `  seuranta schema > .seuranta.schema.json`,
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			text, err := config.Schema(collectors.Kinds())
			if err != nil {
				return err
			}
			_, err = a.out.Write(text)
			return err
		},
	}
}
