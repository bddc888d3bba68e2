-- purpose: the items of a source that count now at a moment of a span, to take them back
-- parameters: organisations, source, first second, last second (both since 1970)
-- columns: those of items
SELECT organisation, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role
FROM items_current FINAL
WHERE organisation IN ? AND source = ? AND counted_at >= toDateTime(?) AND counted_at <= toDateTime(?) AND state = 'value'
ORDER BY organisation, counted_at, id
