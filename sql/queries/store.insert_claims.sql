-- purpose: claim what only one process may do at a time, or give it back
-- parameters: a batch of the columns
-- columns: none
INSERT INTO claims (name, holder, until_ms, version)
