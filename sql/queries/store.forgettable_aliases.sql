-- purpose: how many addresses items took
-- parameters: organisations, items
-- columns: rows
SELECT count() AS kept FROM aliases FINAL WHERE organisation IN ? AND item IN ? ORDER BY kept
