-- purpose: all visits of a source since the newest that lies so long before the newest of all, who waits, too; who was stopped or reads the past again in vain is left out
-- parameters: organisation, source, the moment (ms since 1970), organisation, source, the moment, organisation, source, the moment, how long (ms)
-- columns: organisation, source, run, when (ms since 1970), result, reason, the parts that it could not read, why
SELECT organisation, source, run, committed_ms, result, reason, failing_part, failing_reason
FROM runs FINAL
WHERE organisation = ? AND source = ? AND committed_ms < ? AND kind != 'retract' AND reason != 'stopped' AND (backfill = 0 OR result = 'ok' OR result = 'nodata')
    AND committed_ms >= (
        SELECT max(committed_ms) FROM runs
        WHERE organisation = ? AND source = ? AND committed_ms < ? AND kind != 'retract' AND reason != 'stopped' AND (backfill = 0 OR result = 'ok' OR result = 'nodata')
            AND committed_ms <= (
                SELECT max(committed_ms) FROM runs
                WHERE organisation = ? AND source = ? AND committed_ms < ? AND kind != 'retract' AND reason != 'stopped' AND (backfill = 0 OR result = 'ok' OR result = 'nodata')
            ) - ?)
ORDER BY committed_ms DESC, run DESC
