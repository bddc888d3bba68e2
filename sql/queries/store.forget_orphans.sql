-- purpose: remove the items of a source for good that a killed run left and that nobody ever saw
-- parameters: organisations, source, first second, last second (both since 1970)
-- columns: none
ALTER TABLE items DELETE WHERE organisation IN ? AND source = ? AND run NOT IN (SELECT run FROM runs)
    AND if(toUInt32(published_at) = 0, first_seen, published_at) >= toDateTime(?) AND if(toUInt32(published_at) = 0, first_seen, published_at) <= toDateTime(?)
