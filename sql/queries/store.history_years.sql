-- purpose: of which sources and years the history holds answers or coverage, to make the current tables again piece by piece
-- parameters: none
-- columns: organisation, source, year
SELECT organisation, source, toYear(from_day) AS year
FROM (SELECT organisation, source, from_day FROM observations UNION ALL SELECT organisation, source, from_day FROM coverage)
GROUP BY organisation, source, year
ORDER BY organisation, source, year
