-- purpose: what a source remembers under one name, to leave something out of it
-- parameters: organisation, source, name, the same organisation, the same source, how many
-- columns: value, version, run
SELECT value, version, run
FROM states
WHERE organisation = ? AND source = ? AND name = ? AND run IN (SELECT run FROM runs WHERE organisation = ? AND source = ?)
ORDER BY version DESC, run DESC
LIMIT ?
