-- purpose: the version of the newest change of what is forgotten, 0 for none
-- parameters: none
-- columns: version
SELECT max(version) AS version_1 FROM tombstones ORDER BY version_1
