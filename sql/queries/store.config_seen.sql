-- purpose: when a configuration was first in force
-- parameters: hash
-- columns: ms since 1970, 0 when it is not known
SELECT toInt64(min(seen_ms)) AS first_ms FROM configs WHERE hash = ? ORDER BY first_ms
