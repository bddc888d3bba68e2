-- purpose: remember what a source wants to know at its next run
-- parameters: a batch of the columns
-- columns: none
INSERT INTO states (organisation, source, name, value, version, run)
