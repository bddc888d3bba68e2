-- purpose: the columns of the tables of this database
-- parameters: none
-- columns: table, name
SELECT table, name FROM system.columns WHERE database = currentDatabase() ORDER BY table, name
