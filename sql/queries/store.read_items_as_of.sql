-- purpose: every version, committed before a moment, of the items that may have counted at a moment of a span
-- parameters: organisations, the same organisations, first second, last second (both since 1970), the moment (ms since 1970)
-- columns: those of items
SELECT organisation, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role
FROM items
PREWHERE organisation IN ? AND (organisation, id) IN (
    SELECT organisation, id FROM items
    WHERE organisation IN ? AND if(toUInt32(published_at) = 0, first_seen, published_at) >= toDateTime(?) AND if(toUInt32(published_at) = 0, first_seen, published_at) <= toDateTime(?))
WHERE run IN (SELECT run FROM runs WHERE committed_ms < ?)
ORDER BY organisation, id, version, run
