-- purpose: items of an organisation by id as they stand now, withdrawn and moved ones too, and what is not merged yet
-- parameters: organisation, ids
-- columns: those of items
SELECT organisation, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role
FROM items_current
PREWHERE organisation = ? AND id IN ?
ORDER BY counted_at, id, version
