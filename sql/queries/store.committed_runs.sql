-- purpose: all runs that are committed at this moment, to export what belongs to them and nothing else
-- parameters: none
-- columns: run, committed_ms
SELECT run, committed_ms FROM runs ORDER BY run, committed_ms
