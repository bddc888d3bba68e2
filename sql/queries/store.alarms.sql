-- purpose: the newest that is known of each fault, and of what each way told of it, before a moment
-- parameters: the moment (ms since 1970)
-- columns: organisation, source, fault, way, state, step, since, until (both ms since 1970, 0 none), tries, detail, when (ms since 1970), version
SELECT organisation, source, fault, way, argMax(state, version) AS state_1, argMax(step, version) AS step_1, argMax(since_ms, version) AS since_1,
    argMax(until_ms, version) AS until_1, argMax(tries, version) AS tries_1, argMax(detail, version) AS detail_1, argMax(noted_ms, version) AS noted_1,
    max(version) AS version_1
FROM alarms
WHERE noted_ms < ?
GROUP BY organisation, source, fault, way
ORDER BY organisation, source, fault, way
