package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"seuranta/internal/store/embedded"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Which version this is",
		Example: "  seuranta version --json",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			if a.json {
				return writeJSON(a.out, map[string]string{"version": version, "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH,
					"tested_engine": embedded.TestedVersion})
			}
			_, err := fmt.Fprintf(a.out, "seuranta %s (%s, %s/%s), tested with ClickHouse %s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH, embedded.TestedVersion)
			return err
		},
	}
}
