-- purpose: add rows to items_current
-- parameters: a batch of the columns
-- columns: none
INSERT INTO items_current (organisation, counted_at, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role)
