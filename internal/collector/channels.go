package collector

// ChannelKinds lists what a channel may be: kinds whose sources feed every channel name them all.
func ChannelKinds() []string {
	return []string{
		"website", "newsletter", "facebook", "x", "linkedin", "youtube", "instagram", "threads", "tiktok", "mastodon", "bluesky",
		"whatsapp", "mailing_list", "podcast", "blog", "events", "print", "other",
	}
}
