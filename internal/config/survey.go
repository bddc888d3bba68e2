package config

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

const maxDepth = 24 // levels of lists and mappings; a configuration needs six

// fromEnv matches a value that is taken from the environment.
var fromEnv = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$`)

// surveyor notes where everything stands, and reports what is wrong wherever in a file it stands: secrets, double keys,
// references between values. References are refused, all of them: a configuration is short enough to be written out, each
// value then has one place, and a file cannot unfold into a thousandfold of itself.
type surveyor struct {
	*reporter
	deep   bool
	secret bool // a secret has been refused, and this lies in it
}

// survey looks at the whole file, and tells whether it can be decoded.
func survey(r *reporter, root *yaml.Node) bool {
	s := &surveyor{reporter: r}
	s.node("", root, 0)
	return !s.deep
}

func (s *surveyor) node(at string, n *yaml.Node, depth int) {
	switch {
	case depth > maxDepth:
		s.tooDeep(n)
		return
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		s.fault(at, "a value marked with & or taken over with * stands here", `write the value out; a text that begins with & or * goes into "quotes"`)
	case n.Style&yaml.TaggedStyle != 0:
		s.fault(at, "a type marked with ! stands here", `leave it out; a text that begins with ! goes into "quotes"`)
	}
	switch n.Kind {
	case yaml.MappingNode:
		s.mapping(at, n, depth)
	case yaml.SequenceNode:
		for i, child := range n.Content {
			s.places[entry(at, i)] = placeOf(child)
			s.node(entry(at, i), child, depth+1)
		}
	case yaml.ScalarNode:
		s.scalar(at, n)
	}
}

func (s *surveyor) tooDeep(n *yaml.Node) {
	if !s.deep {
		s.deep = true
		s.faultIn(placeOf(n), "", "this is nested too deep", "a configuration needs five or six levels")
	}
}

func (s *surveyor) mapping(at string, n *yaml.Node, depth int) {
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || isNull(key) {
			s.faultIn(placeOf(key), at, "a key must be a word", "write key: value")
			continue
		}
		path := under(at, key.Value)
		if line, ok := first[key.Value]; ok {
			s.faultIn(placeOf(key), path, fmt.Sprintf("this key stands twice; the first is on line %d", line), "keep one of them")
			continue
		}
		first[key.Value] = key.Line
		s.places[path] = placeOf(key)
		if strings.ContainsAny(key.Value, ".[]") {
			s.dotted[path] = clip(under("", key.Value))
		}
		s.key(path, key.Value)
		outer := s.secret
		if !outer && looksSecret(key.Value) && holdsLiteral(value, depth) {
			s.refuseSecret(path)
			s.hideAll(value, depth)
			s.secret = true
		}
		s.node(path, value, depth+1)
		s.secret = outer
	}
}

// key looks at a key for what belongs neither there nor into the file.
func (s *surveyor) key(at, text string) {
	s.hide(text)
	if passwordInURL(text) {
		s.fault(at, "a password or token stands in this key", rightWay(hidden))
	}
}

// hideAll remembers that nothing in a value may be shown, be it a value or a key.
func (r *reporter) hideAll(n *yaml.Node, depth int) {
	if depth > maxDepth {
		return
	}
	if n.Kind == yaml.ScalarNode && n.Value != "" && !isNull(n) && !fromEnv.MatchString(n.Value) {
		r.values[n.Value] = hidden
	}
	for _, child := range n.Content {
		r.hideAll(child, depth+1)
	}
}

// refuseSecret reports a secret that stands in the file, without showing it.
func (r *reporter) refuseSecret(at string) {
	r.fault(at, "a secret must not stand in the file", rightWay(keyOf(at)))
}

// holdsLiteral tells whether a value, or any value in it, is written in the file.
func holdsLiteral(n *yaml.Node, depth int) bool {
	if n.Kind == yaml.ScalarNode {
		return !isNull(n) && n.Value != "" && !fromEnv.MatchString(n.Value)
	}
	if depth > maxDepth {
		return false
	}
	for i, child := range n.Content {
		isKey := n.Kind == yaml.MappingNode && i%2 == 0
		if !isKey && holdsLiteral(child, depth+1) {
			return true
		}
	}
	return false
}

func (s *surveyor) scalar(at string, n *yaml.Node) {
	s.hide(n.Value)
	switch {
	case passwordInURL(n.Value):
		s.fault(at, "a password or token stands in this address", rightPlace(at))
	case strings.Contains(n.Value, "${") && !fromEnv.MatchString(n.Value):
		s.fault(at, "${…} stands for a whole value, and NAME in it is made of letters, digits and _",
			`put the whole value into the environment variable and write "${NAME}"`)
	}
}
