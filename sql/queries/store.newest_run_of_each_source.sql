-- purpose: of each source of organisations the newest run before a moment, and the newest that answered
-- parameters: organisations, the moment (ms since 1970)
-- columns: organisation, source, newest run, when, result, reason, detail, when one last answered (ms, 0 never), the newest one's configuration, the parts that it could not read and why
SELECT organisation, source, argMax(run, (committed_ms, run)) AS newest, max(committed_ms) AS newest_ms,
    argMax(result, (committed_ms, run)) AS newest_result, argMax(reason, (committed_ms, run)) AS newest_reason,
    argMax(detail, (committed_ms, run)) AS newest_detail,
    toInt64(maxIf(committed_ms, result = 'ok' OR result = 'nodata' OR result = 'partial')) AS answered_ms,
    argMax(config, (committed_ms, run)) AS newest_config,
    argMax(failing_part, (committed_ms, run)) AS newest_failing, argMax(failing_reason, (committed_ms, run)) AS newest_why
FROM runs FINAL
WHERE organisation IN ? AND committed_ms < ? AND kind != 'retract'
GROUP BY organisation, source
ORDER BY organisation, source
