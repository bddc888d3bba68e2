-- purpose: the items of a source that count at a moment of a span, also those that were taken back
-- parameters: organisations, source, first second, last second (both since 1970)
-- columns: organisation, id
SELECT organisation, id
FROM items_current FINAL
WHERE organisation IN ? AND source = ? AND counted_at >= toDateTime(?) AND counted_at <= toDateTime(?) AND state != 'moved'
ORDER BY organisation, counted_at, id
