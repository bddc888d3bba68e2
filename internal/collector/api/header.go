package api

import (
	"encoding/base64"
	"fmt"

	"seuranta/internal/collector"
)

// Basic returns the header of a platform that is asked with a name and a password.
func Basic(user, password string) map[string][]string {
	return map[string][]string{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))}}
}

// Bearer has a platform shown a token that the settings give, else what `connect` got for the source.
func (p *Platform) Bearer(token collector.Secret, connected collector.Credential) error {
	switch {
	case !token.IsZero():
		p.Header = map[string][]string{"Authorization": {"Bearer " + token.Reveal()}}
	case connected != nil:
		p.Credential = connected
	default:
		return fmt.Errorf("there is no credential yet: run seuranta connect with the name of this source, or give a token: %w", collector.ErrAuth)
	}
	return nil
}
