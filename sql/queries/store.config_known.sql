-- purpose: whether the text of a configuration is kept already
-- parameters: hash
-- columns: how many rows have it
SELECT count() AS known FROM configs WHERE hash = ? ORDER BY known
