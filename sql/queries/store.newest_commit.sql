-- purpose: the moment of the newest commit, so that a clock set back never makes an older one
-- parameters: none
-- columns: ms since 1970, 0 when nothing was committed yet
SELECT toInt64(max(committed_ms)) AS newest_ms FROM runs ORDER BY newest_ms
