-- purpose: give back to the history the items that only the current table has
-- parameters: none
-- columns: none
INSERT INTO items (organisation, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role)
SELECT organisation, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role
FROM items_current
WHERE state != 'moved' AND (organisation, id, version) NOT IN (SELECT organisation, id, version FROM items)
