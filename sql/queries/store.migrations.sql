-- purpose: the migrations that have succeeded
-- parameters: none
-- columns: number, name, sha256, applied_ms
SELECT number, name, sha256, applied_ms FROM migrations FINAL ORDER BY number
