-- purpose: add addresses that items take
-- parameters: a batch of the columns
-- columns: none
INSERT INTO aliases (organisation, alias, item, version, run)
