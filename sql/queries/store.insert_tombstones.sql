-- purpose: add what is to be forgotten, or how far its removal came
-- parameters: a batch of the columns
-- columns: none
INSERT INTO tombstones (id, rule, reason, organisation, source, channel, zone, first_day, last_day, only_over, numbers, metrics, subjects, items, only_items, addresses, partly, state, removed, noted_ms, version)
