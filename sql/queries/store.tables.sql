-- purpose: the tables of this database
-- parameters: none
-- columns: name
SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name
