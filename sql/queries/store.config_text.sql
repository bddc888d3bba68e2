-- purpose: the text of a configuration
-- parameters: hash
-- columns: text
SELECT text
FROM configs FINAL
WHERE hash = ?
ORDER BY hash
