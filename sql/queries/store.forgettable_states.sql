-- purpose: how much a source remembers, with its past
-- parameters: organisation, source
-- columns: rows
SELECT count() AS kept FROM states FINAL WHERE organisation = ? AND source = ? ORDER BY kept
