-- purpose: every version, committed until a moment, of a share of all items, to make the current table again
-- parameters: the number of shares, which share, the moment (ms since 1970)
-- columns: those of items
SELECT organisation, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role
FROM items
WHERE modulo(cityHash64(organisation, id), ?) = ? AND run IN (SELECT run FROM runs WHERE committed_ms <= ?)
ORDER BY organisation, id, version, run
