-- purpose: who has taken addresses of an organisation, oldest first, also by runs that were not committed
-- parameters: organisation, addresses
-- columns: organisation, alias, item, version, run
SELECT organisation, alias, item, version, run
FROM aliases
WHERE organisation = ? AND alias IN ?
ORDER BY alias, version, run
