-- purpose: which of some items there are, in the history or among those that count now
-- parameters: organisations, items, the same organisations, the same items
-- columns: id
SELECT id
FROM (SELECT id FROM items WHERE organisation IN ? AND id IN ? UNION ALL SELECT id FROM items_current WHERE organisation IN ? AND id IN ?)
GROUP BY id
ORDER BY id
