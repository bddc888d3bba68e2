-- purpose: sources of which the history holds fewer answers than their runs told
-- parameters: none
-- columns: organisation, source
SELECT organisation, source
FROM (SELECT organisation, source, run, toUInt64(new) + toUInt64(changed) + toUInt64(withdrawn) AS told FROM runs FINAL) AS r
ALL LEFT JOIN (SELECT run, toUInt64(count()) AS kept FROM observations FINAL GROUP BY run) AS o USING (run)
WHERE told > kept
GROUP BY organisation, source
ORDER BY organisation, source
