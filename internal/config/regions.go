package config

import (
	"fmt"
	"reflect"

	"go.yaml.in/yaml/v3"

	"seuranta/internal/observation"
)

// regionTree is a nested mapping of regions, flat and in the order of the file: each after the one that it lies in.
type regionTree []regionKeys

type regionKeys struct {
	id   id
	in   string
	name observation.Text
	path string
}

// nameOfRegion is the key of a region's name among the regions that lie in it.
const nameOfRegion = "name"

// take reads {koko-suomi: {name: …, keski-suomi: }}.
func (t *regionTree) take(d *decoder, at string, n *yaml.Node) {
	switch {
	case isNull(n):
	case n.Kind != yaml.MappingNode:
		d.fault(at, "here stands "+standing(n), "wanted are regions, one in the other, as {koko-suomi: {keski-suomi: }}")
	default:
		eachKey(n, func(key, value *yaml.Node) { t.region(d, under(at, key.Value), "", key.Value, value) })
	}
}

func (t *regionTree) region(d *decoder, path, in, name string, n *yaml.Node) {
	r := regionKeys{in: in, path: path}
	if name == nameOfRegion {
		d.fault(path, "this is the key of a region's name, and no region is around it", "write it in the region: {koko-suomi: {name: {fi: Koko Suomi}}}")
		return
	}
	if err := asMisfit(r.id.UnmarshalText([]byte(name))); err != nil {
		d.fault(path, err.wrong, err.todo)
		return
	}
	at := len(*t)
	*t = append(*t, r)
	switch {
	case isNull(n) || n.Kind == yaml.AliasNode: // the latter is reported by the survey
	case n.Kind != yaml.MappingNode:
		d.fault(path, "here stands "+standing(n), "wanted are the regions in it, as {keski-suomi: }, or nothing")
	default:
		eachKey(n, func(key, value *yaml.Node) {
			if key.Value == nameOfRegion {
				d.value(under(path, nameOfRegion), value, reflect.ValueOf(&(*t)[at].name).Elem())
				return
			}
			t.region(d, under(path, key.Value), name, key.Value, value)
		})
	}
}

// indexRegions finds the regions by their ids, and reports those that are in the tree twice.
func (b *builder) indexRegions() index {
	x := index{list: "regions", at: map[string]int{}}
	for i, r := range b.keys.Regions {
		if first, ok := x.at[string(r.id)]; ok {
			b.fault(r.path, fmt.Sprintf("%q is in the tree twice: line %d has it already", r.id, b.place(b.keys.Regions[first].path).line),
				"a region lies in one other")
			continue
		}
		x.at[string(r.id)] = i
		x.ids = append(x.ids, string(r.id))
	}
	return x
}

func (b *builder) buildRegions() []observation.Region {
	var all []observation.Region
	for _, r := range b.keys.Regions {
		all = append(all, observation.Region{ID: string(r.id), Name: orID(r.name, r.id), In: r.in})
	}
	return all
}
