// Package world makes up a centre that does not exist, the people and robots that come to its websites in a little more
// than a year, the log files that a server would have written of it, and the truth about it.
//
// Everything begins with events: a visit of somebody to some pages, an errand of a robot. From them the log is written on
// one side and every figure is counted on the other. The figures are never read out of the log, and no code that collects
// or judges takes part; so whoever collects the log and comes to the same figures has counted right.
//
// # What is counted
//
// A view is a page that somebody read: asked for with GET, answered with 200 or 304. No page are assets (by the suffix of
// the path, the query apart), /wp-json, /wp-admin, /wp-login.php, /xmlrpc.php, /wp-cron.php, /feed and …/feed/,
// /robots.txt, /sitemap*.xml, /.well-known and /favicon. A visitor is an address with an agent. Robots read nothing,
// whether they say so in their agent (a known word, nothing, "-") or can only be told by what they do in a day: fetch
// /robots.txt, take more than 60 pages in a minute, or 10 pages and no asset while others take assets. People never do any
// of that here, not even in what is left of a day of which a part was lost. Days and weeks are those of Europe/Helsinki.
//
// # What is covered
//
// A log covers the time from its first line to its last, except silences: stretches of more than 24 hours without a line
// of any kind. A day that is covered whole has views and visitors, and they may be zero. A day that is covered in part has
// the views that were seen, called partial, and no visitors. The views of a week are those of its days; they are partial
// when a day is not covered whole, missing when none is covered at all. The visitors of a week are counted only when the
// week is covered whole; else they lie between those of its largest day and the sum of its days. What lies outside the
// life of a channel is not applicable; a week that is partly outside is judged by its days inside.
package world
