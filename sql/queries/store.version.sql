-- purpose: the engine's version
-- parameters: none
-- columns: version
SELECT version() AS version ORDER BY version
