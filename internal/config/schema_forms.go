package config

import (
	"maps"
	"reflect"
	"slices"
	"time"

	"seuranta/internal/observation"
)

// The forms of values as patterns; each takes at least what its type in forms.go takes.
const (
	dayForm      = `[0-9]{4}-[0-9]{2}-[0-9]{2}`
	lifeForm     = `^\s*(` + dayForm + `\s*\.\.\s*(` + dayForm + `)?|\.\.\s*` + dayForm + `)\s*$`
	durationForm = `^[+-]?([0-9.]+(ns|us|µs|ms|s|m|h))+$|^0$`
	cronForm     = `^\s*(@(every\s+\S+|hourly|daily|midnight|weekly|monthly|yearly|annually)|\S+(\s+\S+){4})\s*$`
	listenForm   = `^[^ /@$]*:[0-9]{1,5}$`
	dsnForm      = `^(clickhouse|tcp|https?)://`
	webForm      = `^https?://[^ ?#@]+$`
	mailForm     = `@[^@\s]+$`
	hostForm     = `^[^\s/?#@]+$`
	webhookForm  = `^https?://[^#@\s]+$`
	contactForm  = `^([^@\s]+@[^@\s]+\.[^@\s]+|https?://\S+)$`
)

// form returns the schema of a type that is written in a form of its own, or nil.
func (s *schemer) form(t reflect.Type) node {
	if t.Implements(reflect.TypeFor[choice]()) {
		return orEnv(node{"enum": reflect.Zero(t).Interface().(choice).Choices()})
	}
	switch t {
	case reflect.TypeFor[observation.Text]():
		return defined("text")
	case reflect.TypeFor[Secret]():
		return defined("secret")
	case reflect.TypeFor[id](), reflect.TypeFor[ref]():
		return defined("id")
	case reflect.TypeFor[metric]():
		return orEnv(suggested(standardMetrics(), defined("id")))
	case reflect.TypeFor[shownMetric]():
		return orEnv(suggested(slices.Sorted(slices.Values(slices.Concat(standardMetrics(), earnedMetrics()))), defined("id")))
	case reflect.TypeFor[regionTree]():
		return defined("regions")
	case reflect.TypeFor[kind]():
		return defined("id")
	case reflect.TypeFor[zone]():
		return orEnv(suggested(commonZones(), node{"type": "string", "minLength": 1}))
	case reflect.TypeFor[remind]():
		return orEnv(suggested(slices.Sorted(maps.Keys(reminders())), pattern(cronForm)))
	case reflect.TypeFor[dsn]():
		return orEnv(pattern(dsnForm))
	case reflect.TypeFor[webhookURL]():
		return orEnv(pattern(webhookForm))
	}
	if form := formOf(t); form != "" {
		return orEnv(pattern(form))
	}
	return nil
}

// formOf returns the pattern of a type that has one.
func formOf(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[observation.Date]():
		return "^" + dayForm + "$"
	case reflect.TypeFor[time.Duration]():
		return durationForm
	case reflect.TypeFor[life]():
		return lifeForm
	case reflect.TypeFor[cron]():
		return cronForm
	case reflect.TypeFor[listen]():
		return listenForm
	case reflect.TypeFor[baseURL]():
		return webForm
	case reflect.TypeFor[contact]():
		return contactForm
	case reflect.TypeFor[mailAddress]():
		return mailForm
	case reflect.TypeFor[hostName]():
		return hostForm
	}
	return ""
}

func pattern(form string) node { return node{"type": "string", "pattern": form} }

// defineForms defines the forms that stand in many places.
func (s *schemer) defineForms() {
	s.defs["id"] = described(pattern(idForm.String()), "small letters, digits, - and _; begins with a letter")
	s.defs["env"] = described(pattern(fromEnv.String()), `"${NAME}": the value of an environment variable`)
	s.defs["secret"] = described(pattern(fromEnv.String()), `a secret never stands in the file: write "${NAME}" for an environment variable`)
	s.defs["word"] = node{"type": []string{"string", "number", "boolean"}}
	wordings := node{}
	for _, l := range language("").Choices() {
		wordings[l] = defined("wording")
	}
	s.defs["wording"] = node{"type": []string{"string", "number", "boolean"}, "pattern": `\S`}
	byLanguage := closed(wordings, nil)
	byLanguage["minProperties"] = 1
	s.defs["text"] = described(node{"anyOf": []node{defined("wording"), byLanguage}}, "one for all languages, or one for each")
	region := node{"anyOf": []node{{"type": "null"}, defined("region")}}
	s.defs["regions"] = node{"type": []string{"object", "null"}, "propertyNames": defined("id"), "properties": node{nameOfRegion: false}, "additionalProperties": region}
	s.defs["region"] = described(node{"type": "object", "propertyNames": defined("id"), "properties": node{nameOfRegion: defined("text")}, "additionalProperties": region},
		"the regions that lie in it, and its name")
}
