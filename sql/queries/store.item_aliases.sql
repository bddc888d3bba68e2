-- purpose: the addresses that an item ever took, oldest first, also by runs that were not committed
-- parameters: organisation, item
-- columns: alias, run
SELECT alias, run
FROM aliases
WHERE organisation = ? AND item = ?
ORDER BY version, alias, run
