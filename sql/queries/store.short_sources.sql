-- purpose: sources of which the history holds fewer answers and items than their runs told
-- parameters: none
-- columns: organisation, source
SELECT organisation, source
FROM (SELECT organisation, source, run, toUInt64(new) + toUInt64(changed) + toUInt64(withdrawn) AS told FROM runs FINAL) AS r
ALL LEFT JOIN (
    SELECT run, toUInt64(sum(n)) AS kept
    FROM (SELECT run, count() AS n FROM observations FINAL GROUP BY run UNION ALL SELECT run, count() AS n FROM items FINAL GROUP BY run)
    GROUP BY run) AS o USING (run)
WHERE told > kept
GROUP BY organisation, source
ORDER BY organisation, source
