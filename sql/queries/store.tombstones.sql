-- purpose: all that was ever forgotten, and how far each removal came
-- parameters: none
-- columns: those of tombstones
SELECT id, rule, reason, organisation, source, channel, zone, first_day, last_day, only_over, numbers, metrics, subjects, items, only_items, addresses, partly, state, removed, noted_ms, version
FROM tombstones
ORDER BY organisation, source, id, version
