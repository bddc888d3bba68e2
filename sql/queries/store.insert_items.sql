-- purpose: add versions of items
-- parameters: a batch of the columns
-- columns: none
INSERT INTO items (organisation, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role)
