-- purpose: when runs were committed, of those that were
-- parameters: runs
-- columns: run, ms since 1970
SELECT run, committed_ms
FROM runs
WHERE run IN ?
ORDER BY run, committed_ms
