package main

import (
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"seuranta/collectors"
	"seuranta/internal/collector"
)

// sampled is a kind of source as sample tells of it.
type sampled struct {
	Kind     string   `json:"kind"`
	Reads    string   `json:"reads"`
	Channels []string `json:"channels"` // kinds of channel that it can feed
	Metrics  []string `json:"metrics"`
	Sample   string   `json:"sample,omitempty"`
}

func (a *app) sampleCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "sample [KIND]",
		Short: "What a source of a kind looks like in seuranta.yaml; without KIND, which kinds there are",
		Example: `  seuranta sample
  seuranta sample accesslog >> seuranta.yaml`,
		Args: func(cmd *cobra.Command, args []string) error { return noArgs(cmd, args[min(1, len(args)):]) },
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return kindNames(collectors.Kinds()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.listKinds(collectors.Kinds())
			}
			return a.printSample(collectors.Kinds(), args[0])
		},
	}
}

func kindNames(kinds []collector.Kind) []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Name
	}
	return names
}

func sampledOf(k collector.Kind) sampled {
	return sampled{Kind: k.Name, Reads: k.Summary(), Channels: append([]string{}, k.Channels...), Metrics: append([]string{}, k.Metrics...)}
}

func (a *app) listKinds(kinds []collector.Kind) error {
	all, rows := []sampled{}, [][]string{}
	for _, k := range kinds {
		s := sampledOf(k)
		all, rows = append(all, s), append(rows, []string{s.Kind, strings.TrimSuffix(s.Reads, ".")})
	}
	if a.json {
		return writeJSON(a.out, map[string]any{"kinds": all})
	}
	return table(a.out, []string{"kind", "what it reads"}, rows)
}

func (a *app) printSample(kinds []collector.Kind, name string) error {
	if err := known("KIND", name, "kind of source", "the kinds are", kindNames(kinds)); err != nil {
		return err
	}
	k := kinds[slices.IndexFunc(kinds, func(k collector.Kind) bool { return k.Name == name })]
	if a.json {
		s := sampledOf(k)
		s.Sample = k.Sample
		return writeJSON(a.out, s)
	}
	_, err := io.WriteString(a.out, k.Sample)
	return err
}
