-- purpose: the newest run of every source there ever was, whatever the configuration knows
-- parameters: none
-- columns: organisation, source, newest run
SELECT organisation, source, argMax(run, (committed_ms, run)) AS newest
FROM runs
WHERE kind != 'retract'
GROUP BY organisation, source
ORDER BY organisation, source
