package config

import (
	"reflect"
	"slices"
	"strings"

	"seuranta/internal/fetch"
)

// Policy returns what the source may fetch, with all its secrets: nothing that is said of what was fetched may show one.
func (s Source) Policy() fetch.Policy {
	secrets := secretsIn(reflect.ValueOf(s.Settings), false)
	slices.Sort(secrets)
	return fetch.Policy{AllowPrivate: s.AllowPrivate, Spacing: s.Spacing, Secrets: slices.Compact(secrets)}
}

// Gives tells whether the settings of the source hold a secret under a key.
func (s Source) Gives(key string) bool {
	v := reflect.Indirect(reflect.ValueOf(s.Settings))
	if v.Kind() != reflect.Struct {
		return false
	}
	f, ok := fieldsOf(v).named(key)
	if !ok || f.out.Type() != reflect.TypeFor[Secret]() {
		return false
	}
	secret, ok := f.out.Interface().(Secret)
	return ok && !secret.IsZero()
}

// secretsIn returns every secret of settings: each Secret, and each text under a key that holds one.
func secretsIn(v reflect.Value, secret bool) []string {
	var found []string
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return secretsIn(v.Elem(), secret)
	case reflect.Struct:
		return secretsOfStruct(v, secret)
	case reflect.Map:
		for i := v.MapRange(); i.Next(); {
			named := i.Key().Kind() == reflect.String && looksSecret(i.Key().String())
			found = append(found, secretsIn(i.Value(), secret || named)...)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			found = append(found, secretsIn(v.Index(i), secret)...)
		}
	case reflect.String:
		if secret && v.String() != "" {
			found = append(found, v.String())
		}
	}
	return found
}

func secretsOfStruct(v reflect.Value, secret bool) []string {
	if v.Type() == reflect.TypeFor[Secret]() {
		if s, ok := v.Interface().(Secret); ok && !s.IsZero() {
			return []string{s.Reveal()}
		}
		return nil
	}
	var found []string
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() && !f.Anonymous {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		found = append(found, secretsIn(v.Field(i), secret || secretTag(f, name) == "true")...)
	}
	return found
}
