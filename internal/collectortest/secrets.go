package collectortest

import (
	"reflect"
	"strings"

	"seuranta/internal/collector"
)

// plant puts a canary into every secret of settings that can be set, and returns how many there are.
func plant(settings collector.Config, canary string) int {
	n := 0
	eachSecret(reflect.ValueOf(settings), false, func(v reflect.Value) {
		switch {
		case !v.CanSet():
			return
		case v.Kind() == reflect.String:
			v.SetString(canary)
		default:
			v.Set(reflect.ValueOf(collector.NewSecret(canary)))
		}
		n++
	})
	return n
}

// eachSecret calls do for each value below v that is a secret; hidden tells that v stands in a field that is one.
func eachSecret(v reflect.Value, hidden bool, do func(reflect.Value)) {
	switch {
	case v.IsValid() && v.Type() == reflect.TypeFor[collector.Secret](), hidden && v.Kind() == reflect.String:
		do(v)
	case v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface:
		if !v.IsNil() {
			eachSecret(v.Elem(), hidden, do)
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				eachSecret(v.Field(i), hidden || secretField(f), do)
			}
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			eachSecret(v.Index(i), hidden, do)
		}
	case v.Kind() == reflect.Map:
		for _, key := range v.MapKeys() {
			eachSecret(v.MapIndex(key), hidden, do)
		}
	}
}

// secretField tells whether a field is marked as one, or is by its name in the file.
func secretField(f reflect.StructField) bool {
	if f.Tag.Get("secret") != "" {
		return true
	}
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	for _, word := range []string{"token", "password", "passphrase", "secret", "key", "apikey", "credential"} {
		if name == word || strings.HasSuffix(name, "_"+word) {
			return true
		}
	}
	return false
}
