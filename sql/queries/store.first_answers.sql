-- purpose: of each period of one source the first answer that the history holds, with its run
-- parameters: organisation, source, the same organisation, the same source
-- columns: channel, part, metric, grain, from_day, version, run
SELECT channel, part, metric, grain, from_day, min(version) AS first_version, argMin(run, version) AS first_run
FROM observations
WHERE organisation = ? AND source = ? AND run IN (SELECT run FROM runs WHERE organisation = ? AND source = ?)
GROUP BY channel, part, metric, grain, from_day
ORDER BY channel, part, metric, grain, from_day
