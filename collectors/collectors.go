// Package collectors is the list of the kinds of sources that this program can read.
package collectors

import (
	"seuranta/collectors/accesslog"
	"seuranta/collectors/bluesky"
	"seuranta/collectors/brevo"
	"seuranta/collectors/creamailer"
	"seuranta/collectors/entry"
	"seuranta/collectors/facebook"
	"seuranta/collectors/feed"
	"seuranta/collectors/ga4"
	"seuranta/collectors/goatcounter"
	"seuranta/collectors/instagram"
	"seuranta/collectors/lianamailer"
	"seuranta/collectors/linkedin"
	"seuranta/collectors/listmonk"
	"seuranta/collectors/mailchimp"
	"seuranta/collectors/mailerlite"
	"seuranta/collectors/mailman"
	"seuranta/collectors/mastodon"
	"seuranta/collectors/matomo"
	"seuranta/collectors/plausible"
	"seuranta/collectors/sheet"
	"seuranta/collectors/threads"
	"seuranta/collectors/twitter"
	"seuranta/collectors/umami"
	"seuranta/collectors/wordpress"
	"seuranta/collectors/wpstatistics"
	"seuranta/collectors/youtube"
	"seuranta/internal/collector"
)

// Kinds returns every kind, sorted by name. A new one is added here and nowhere else.
func Kinds() []collector.Kind {
	return []collector.Kind{
		accesslog.Kind(),
		bluesky.Kind(),
		brevo.Kind(),
		creamailer.Kind(),
		entry.Kind(),
		facebook.Kind(),
		feed.Kind(),
		ga4.Kind(),
		goatcounter.Kind(),
		instagram.Kind(),
		lianamailer.Kind(),
		linkedin.Kind(),
		listmonk.Kind(),
		mailchimp.Kind(),
		mailerlite.Kind(),
		mailman.Kind(),
		mastodon.Kind(),
		matomo.Kind(),
		plausible.Kind(),
		sheet.Kind(),
		threads.Kind(),
		twitter.Kind(),
		umami.Kind(),
		wordpress.Kind(),
		wpstatistics.Kind(),
		youtube.Kind(),
	}
}
