-- purpose: every version of items of an organisation, also of runs that were not committed
-- parameters: organisation, ids
-- columns: those of items
SELECT organisation, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role
FROM items
WHERE organisation = ? AND id IN ?
ORDER BY id, version, run
