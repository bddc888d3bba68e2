-- 0002 desk: what items are told with, the addresses that they go by, and the items that count now.
-- Every step may run again; the oldest server adds no column IF NOT EXISTS, so those steps look first.

-- step items_tags unless column items.tags: categories and labels, as the source of the item tells them
ALTER TABLE items ADD COLUMN tags Array(String)

-- step items_projects unless column items.projects: what an item was typed for
ALTER TABLE items ADD COLUMN projects Array(String)

-- step items_note unless column items.note: what people wrote to it
ALTER TABLE items ADD COLUMN note String

-- step items_by_role unless column items.by_role: the role that typed it
ALTER TABLE items ADD COLUMN by_role String

-- step aliases: every address that an item ever took; the newest committed row of an address tells whose it is
CREATE TABLE IF NOT EXISTS aliases (
    organisation String,
    alias String,
    item String,
    version UInt64,
    run String
) ENGINE = ReplacingMergeTree(version)
ORDER BY (organisation, alias, version, run)

-- step items_current: the items as they stand now, by the moment that they count at; FINAL keeps the newest
CREATE TABLE IF NOT EXISTS items_current (
    organisation String,
    counted_at DateTime('UTC'),
    id String,
    source String,
    channel String,
    outlet String,
    kind String,
    published_at DateTime('UTC'),
    first_seen DateTime('UTC'),
    title String,
    url String,
    language String,
    text String,
    state String,
    version UInt64,
    run String,
    tags Array(String),
    projects Array(String),
    note String,
    by_role String
) ENGINE = ReplacingMergeTree(version)
ORDER BY (organisation, counted_at, id)

-- step items_current_fill: the items that were known before; their first version tells when they were seen
INSERT INTO items_current (organisation, counted_at, id, source, channel, outlet, kind, published_at, first_seen, title, url, language, text, state, version, run, tags, projects, note, by_role)
SELECT organisation, if(toUInt32(published_1) = 0, first_seen_1, published_1) AS counted_1, id, source_1, channel_1, outlet_1, kind_1, published_1, first_seen_1,
    title_1, url_1, language_1, text_1, state_1, version_1, run_1, tags_1, projects_1, note_1, by_role_1
FROM (
    SELECT organisation, id, argMin(source, version) AS source_1, argMax(channel, version) AS channel_1, argMax(outlet, version) AS outlet_1, argMax(kind, version) AS kind_1,
        argMin(published_at, (toUInt32(published_at) = 0, version)) AS published_1, argMin(first_seen, version) AS first_seen_1,
        argMax(title, version) AS title_1, argMax(url, version) AS url_1, argMax(language, version) AS language_1, argMax(text, version) AS text_1,
        argMax(state, version) AS state_1, max(version) AS version_1, argMax(run, version) AS run_1,
        argMax(tags, version) AS tags_1, argMax(projects, version) AS projects_1, argMax(note, version) AS note_1, argMax(by_role, version) AS by_role_1
    FROM items
    WHERE run IN (SELECT run FROM runs)
    GROUP BY organisation, id)
