package sheet

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"seuranta/internal/collector"
)

// BenchmarkPreview reads a table of ten thousand rows with two numbers each.
func BenchmarkPreview(b *testing.B) {
	var text strings.Builder
	text.WriteString("Päivä;Seuraajat;Näytöt;Alue\n")
	for i := range 10_000 {
		fmt.Fprintf(&text, "%d.%d.%d;%d;%d,5;r%d\n", 2+i/40%26, 1+i/1040%12, 2024-i/12480, 1000+i, i%97, i%40)
	}
	path := write(b, "a.csv", text.String())
	c := (&Config{Columns: map[string]string{"Päivä": "date", "Seuraajat": "metric:followers", "Näytöt": "metric:impressions", "Alue": "dim:region"}}).New(collector.Deps{}).(collector.Importer)
	b.ReportAllocs()
	for b.Loop() {
		p, err := c.Preview(context.Background(), path, window(b), nil)
		if err != nil || p.Numbers != 20_000 {
			b.Fatal(p.Numbers, p.Faults, err)
		}
	}
}
