package accesslog

import "bytes"

// This file is definition accesslog-1. A changed rule is a new definition: definitions.yaml gets another entry.

// The behaviour of a bot, judged for a visitor and a day.
const (
	burstPages  = 60 // more page views than this in one minute of the clock
	blindPages  = 10 // this many page views or more, and not one of the files that pages are made of
	longestName = 11 // webmanifest
)

// pathKind is what a path is asked for as.
type pathKind uint8

const (
	page    pathKind = iota
	robots           // /robots.txt, which is asked for by programs that mean to crawl
	machine          // what programs ask for: interfaces, feeds, sitemaps
	asset            // what browsers load to show a page
	file             // a document or data of its own, no page
)

// rules judges requests. It holds room for decoded paths, so that judging allocates nothing.
type rules struct {
	scratch []byte
}

// splitRequest returns the method and the target of a request line of any number of words: "GET /a HTTP/1.1", "GET /a", "-".
func splitRequest(request []byte) (method, target []byte) {
	method, target, _ = bytes.Cut(request, []byte{' '})
	if i := bytes.LastIndexByte(target, ' '); i >= 0 && bytes.HasPrefix(target[i+1:], []byte("HTTP/")) {
		target = target[:i]
	}
	return method, target
}

// judge returns the class of a request as far as it can be told without its visitor, and the kind of its path; the path
// is looked at for GET alone.
func (r *rules) judge(request []byte, status int) (class, pathKind) {
	method, target := splitRequest(request)
	if string(method) != "GET" {
		return filteredMethod, page
	}
	kind := kindOf(r.path(target))
	switch {
	case status != 200 && status != 304:
		return filteredStatus, kind
	case kind == robots || kind == machine:
		return filteredMachine, kind
	case kind == asset || kind == file:
		return filteredAsset, kind
	}
	return counted, kind
}

// path returns the path of a target, decoded, without scheme and host, query and fragment.
func (r *rules) path(target []byte) []byte {
	r.scratch = r.scratch[:0]
	if bytes.IndexByte(target, '\\') >= 0 {
		r.scratch = unescape(r.scratch, target)
		target = r.scratch
	}
	if len(target) > 0 && target[0] != '/' {
		if scheme, rest, ok := bytes.Cut(target, []byte("://")); ok && bytes.IndexByte(scheme, '/') < 0 {
			target = bytes.TrimLeftFunc(rest, func(c rune) bool { return c != '/' })
		}
	}
	if i := bytes.IndexByte(target, '?'); i >= 0 {
		target = target[:i]
	}
	if i := bytes.IndexByte(target, '#'); i >= 0 {
		target = target[:i]
	}
	if bytes.IndexByte(target, '%') >= 0 {
		start := len(r.scratch)
		r.scratch = unpercent(r.scratch, target)
		target = r.scratch[start:]
	}
	return target
}

// kindOf judges a decoded path.
func kindOf(path []byte) pathKind {
	if string(path) == "/robots.txt" {
		return robots
	}
	last := path
	for rest, more := path, true; more; {
		last, rest, more = bytes.Cut(rest, []byte{'/'})
		switch string(last) {
		case "wp-json", "wp-admin", "wp-login.php", "wp-cron.php", "xmlrpc.php", "feed", ".well-known":
			return machine
		}
	}
	if bytes.HasPrefix(path, []byte("/favicon")) || isSitemap(last) {
		return machine
	}
	dot := bytes.LastIndexByte(last, '.')
	if dot < 0 {
		return page
	}
	return kindOfSuffix(last[dot+1:])
}

// isSitemap tells whether a file name is sitemap*.xml, packed or not.
func isSitemap(name []byte) bool {
	name = bytes.TrimSuffix(name, []byte(".gz"))
	return bytes.HasPrefix(name, []byte("sitemap")) && bytes.HasSuffix(name, []byte(".xml"))
}

// kindOfSuffix judges what stands after the last dot of a path. What is not known here is a page: .html, .php, a version
// number, a name with a dot in it.
func kindOfSuffix(suffix []byte) pathKind {
	var lower [longestName]byte
	if len(suffix) > len(lower) {
		return page
	}
	for i, c := range suffix {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		lower[i] = c
	}
	switch string(lower[:len(suffix)]) {
	case "css", "js", "mjs", "map", "wasm", "webmanifest", "ico", "cur", "png", "apng", "jpg", "jpeg", "jpe", "jfif", "gif",
		"svg", "svgz", "webp", "avif", "bmp", "tif", "tiff", "heic", "woff", "woff2", "ttf", "otf", "eot", "swf":
		return asset
	case "mp3", "m4a", "aac", "oga", "ogg", "opus", "wav", "flac", "mid", "mp4", "m4v", "webm", "mov", "avi", "wmv", "mpg",
		"mpeg", "ogv", "flv", "mkv", "m3u8", "vtt", "srt",
		"pdf", "doc", "docx", "dotx", "docm", "xls", "xlsx", "xlsm", "csv", "tsv", "ppt", "pptx", "pps", "ppsx", "odt",
		"ods", "odp", "odg", "rtf", "txt", "eps", "psd", "indd", "epub", "mobi", "ics", "vcf",
		"zip", "gz", "tgz", "tar", "bz2", "xz", "7z", "rar", "iso", "img", "dmg", "exe", "msi", "deb", "rpm", "apk", "jar",
		"bin", "xml", "xsl", "xsd", "rss", "atom", "rdf", "json", "jsonld", "yaml", "yml", "kml", "gpx", "class", "torrent",
		"sql", "bak", "log":
		return file
	}
	return page
}
