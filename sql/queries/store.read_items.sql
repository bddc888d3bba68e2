-- purpose: the items that count now at a moment of a span
-- parameters: organisations, first second, last second (both since 1970), 1 for every channel, channels, 1 for every kind, kinds
-- columns: those of items
SELECT organisation, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role
FROM items_current FINAL
WHERE organisation IN ? AND counted_at >= toDateTime(?) AND counted_at <= toDateTime(?) AND (? = 1 OR channel IN ?) AND (? = 1 OR kind IN ?) AND state = 'value'
ORDER BY counted_at, id, organisation
