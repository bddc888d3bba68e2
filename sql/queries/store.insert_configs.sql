-- purpose: keep the text of a configuration
-- parameters: a batch of the columns
-- columns: none
INSERT INTO configs (hash, text, seen_ms)
