package world

// pages returns the pages of the main site, the most read first. Addresses are as browsers send them: ä and ö as bytes of
// UTF-8, mostly in capitals; the query of a search may look like a picture without being one.
func pages() []string {
	return []string{
		"/", "/ajankohtaista/", "/tapahtumat/", "/koulutukset/", "/yhteystiedot/", "/hankkeet/", "/blogi/",
		"/blogi/hyv%C3%A4-arki-kuuluu-kaikille/", "/artikkelit/ty%C3%B6hyvinvointi-sosiaalialalla/",
		"/tapahtumat/?kuukausi=seuraava", "/tietoa-meist%C3%A4/", "/julkaisut/", "/haku/?q=perhety%C3%B6",
		"/hankkeet/luonto-ja-hyvinvointi/", "/blogi/el%C3%A4m%C3%A4n-taitekohdissa/", "/koulutukset/rahapelihaitat/",
		"/uutiskirje/", "/palvelut/sosiaaliasiavastaava/", "/artikkelit/osallisuus-on-yhteinen-asia/", "/haku/?q=logo.png",
		"/ty%c3%b6ryhm%c3%a4t/", "/palvelut/kehitt%C3%A4minen/", "/sv/", "/en/", "/index.php?sivu=palaute", "/en/feedback/",
		"/sv/om-oss/", "/saavutettavuus/", "/tietosuoja/", "/haku/?q=%C3%B6ljy&s=2", "/artikkelit/vuosi-kuvina.html",
	}
}

// trainingPage is what the participants of the training day read.
const trainingPage = "/koulutukset/rahapelihaitat/"

// projectPages returns the pages of the project's site.
func projectPages() []string {
	return []string{"/", "/tule-mukaan/", "/ty%C3%B6pajat/", "/?l%C3%A4hde=uutiskirje", "/materiaalit/", "/ota-yhteytt%C3%A4/"}
}

// archivePages returns the pages of the old site, which nobody follows any more.
func archivePages() []string {
	return []string{"/", "/2019/", "/2020/raportit/", "/2021/loppuseminaari/"}
}

// theme returns the assets that every page of a site needs.
func theme() []string {
	return []string{
		"/wp-content/themes/keskus/style.css?ver=6.8.2", "/wp-content/themes/keskus/print.css", "/wp-includes/js/jquery/jquery.min.js?ver=3.7.1",
		"/wp-content/themes/keskus/menu.js", "/wp-content/themes/keskus/fonts/teksti.woff2", "/wp-content/uploads/logo.svg", "/favicon.ico",
	}
}

// picture returns the picture that stands on page number n.
func picture(n int) string {
	names := []string{"ranta.jpg", "ty%C3%B6paja.webp", "ryhm%C3%A4.jpg", "kaavio.png"}
	return "/wp-content/uploads/" + names[n%len(names)]
}

// weight returns how many bytes the answer to target has: always the same, and plausible.
func weight(target string) int {
	n := 7
	for _, c := range []byte(target) {
		n = (n*31 + int(c)) % 61_000
	}
	return 2_400 + n
}
