package graph

import (
	"seuranta/internal/collector"
)

// Connection is how Meta gives tokens to people who log in to Facebook.
func Connection(version, clientID string, clientSecret collector.Secret, scopes ...string) collector.Connection {
	exchange := "/" + version + "/oauth/access_token"
	return collector.Connection{
		Platform: "Meta", ClientID: clientID, ClientSecret: clientSecret, Scopes: scopes,
		Authorize: "https://www.facebook.com/" + version + "/dialog/oauth", Exchange: exchange, LongLived: exchange, Base: Host, Localhost: true,
		Help: "Register an app of the type Business at developers.facebook.com and add Facebook Login to it. It may stay in development mode, in which Meta lets it come back to this computer; else enter the address that is shown here under Valid OAuth Redirect URIs.",
	}
}
