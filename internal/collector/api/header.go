package api

import "encoding/base64"

// Basic returns the header of a platform that is asked with a name and a password.
func Basic(user, password string) map[string][]string {
	return map[string][]string{"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))}}
}
