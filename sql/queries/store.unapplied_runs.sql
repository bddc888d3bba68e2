-- purpose: runs that were committed and are not marked as applied
-- parameters: none
-- columns: organisation, source, run, committed_ms
SELECT organisation, source, run, committed_ms
FROM runs FINAL
WHERE run NOT IN (SELECT run FROM applied)
ORDER BY committed_ms, run
