-- purpose: what one run said of its periods, to apply it again
-- parameters: organisation, source, run
-- columns: those of coverage
SELECT organisation, source, channel, part, metric, grain, from_day, result, reason, detail, gap_from, gap_to, subjects, state, version, rank, run
FROM coverage
WHERE organisation = ? AND source = ? AND run = ?
ORDER BY channel, metric, grain, from_day, part, version
