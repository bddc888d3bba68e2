package wordpress

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"seuranta/internal/collector/api"
)

// The taxonomies whose terms are read, as the interface calls them.
const (
	taxTags       = "tags"
	taxCategories = "categories"
)

// term is a tag or a category.
type term struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Slug string `json:"slug"`
}

// mostTerms is how many terms an answer holds at most.
const mostTerms = 100

// learnTerms asks for the names of the tags and categories of posts that are not known yet in this visit.
func (v *visit) learnTerms(ctx context.Context, posts []post) error {
	for _, taxonomy := range []string{taxTags, taxCategories} {
		if v.terms[taxonomy] == nil {
			v.terms[taxonomy] = map[int64]string{}
		}
		known, want := v.terms[taxonomy], map[int64]bool{}
		var asked []string
		for _, p := range posts {
			for _, id := range p.in(taxonomy) {
				if _, have := known[id]; !have && !want[id] {
					want[id], asked = true, append(asked, strconv.FormatInt(id, 10))
				}
			}
		}
		slices.Sort(asked)
		for part := range slices.Chunk(asked, mostTerms) {
			found, err := v.askTerms(ctx, taxonomy, "include", part)
			if err != nil {
				return err
			}
			for _, t := range found {
				known[t.ID] = t.Name
			}
		}
	}
	return nil
}

// in returns the terms of a post in a taxonomy.
func (p post) in(taxonomy string) ids {
	if taxonomy == taxTags {
		return p.Tags
	}
	return p.Categories
}

// labels returns the names of the terms of a post. One that was deleted in between has none.
func (v *visit) labels(p post) (out []string) {
	for _, taxonomy := range []string{taxTags, taxCategories} {
		for _, id := range p.in(taxonomy) {
			out = append(out, v.terms[taxonomy][id])
		}
	}
	return out
}

// askTerms asks for terms by their ids (include) or by their slugs.
func (v *visit) askTerms(ctx context.Context, taxonomy, by string, values []string) ([]term, error) {
	var found []term
	query := url.Values{by: {strings.Join(values, ",")}, "per_page": {strconv.Itoa(mostTerms)}, "_fields": {"id,name,slug"}}
	if _, err := v.site.ask(ctx, "/wp/v2/"+taxonomy, query, taxonomy, &found); err != nil {
		return nil, fmt.Errorf("ask for the %s: %w", taxonomy, v.site.explain(err))
	}
	for _, t := range found {
		if t.ID <= 0 {
			return nil, api.Missing("id")
		}
	}
	return found, nil
}

// chosen returns by which parameters the posts are chosen. Ids change when a site is moved, so slugs are looked up at each visit.
func (v *visit) chosen(ctx context.Context) (map[string]string, error) {
	out := map[string]string{}
	for _, taxonomy := range []string{taxCategories, taxTags} {
		slugs := v.config.Categories
		if taxonomy == taxTags {
			slugs = v.config.Tags
		}
		if len(slugs) == 0 {
			continue
		}
		found, err := v.askTerms(ctx, taxonomy, "slug", slugs)
		if err != nil {
			return nil, err
		}
		var list []string
		for _, slug := range slugs {
			i := slices.IndexFunc(found, func(t term) bool { return sameSlug(t.Slug, slug) })
			if i < 0 {
				return nil, fmt.Errorf("%s has nothing called %q among its %s; write the slug, which is the last part of the address of its page", v.site.home, slug, taxonomy)
			}
			list = append(list, strconv.FormatInt(found[i].ID, 10))
		}
		slices.Sort(list)
		out[taxonomy] = strings.Join(list, ",")
	}
	return out, nil
}

// sameSlug tells whether two slugs are one: letters beyond ASCII are written either way.
func sameSlug(a, b string) bool {
	plain := func(slug string) string {
		if text, err := url.PathUnescape(slug); err == nil {
			slug = text
		}
		return strings.ToLower(slug)
	}
	return plain(a) == plain(b)
}
