-- purpose: which items one run told, to bring them into the current table again
-- parameters: run
-- columns: organisation, id
SELECT organisation, id
FROM items
WHERE run = ?
GROUP BY organisation, id
ORDER BY organisation, id
