-- purpose: the newest migration that has succeeded, so that a program that is older than the tables writes nothing into them
-- parameters: none
-- columns: its number
SELECT toUInt32(max(number)) AS newest FROM migrations ORDER BY newest
