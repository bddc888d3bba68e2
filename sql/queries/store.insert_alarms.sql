-- purpose: note what changed of faults, and of what was told of them
-- parameters: a batch of the columns
-- columns: none
INSERT INTO alarms (organisation, source, fault, way, state, step, since_ms, until_ms, tries, detail, noted_ms, version)
