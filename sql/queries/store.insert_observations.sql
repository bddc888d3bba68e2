-- purpose: add rows to observations
-- parameters: a batch of the columns
-- columns: none
INSERT INTO observations (organisation, source, channel, metric, subject, dims, grain, from_day, definition, part, observed_at, value, complete, basis, state, note, by_role, version, rank, run)
