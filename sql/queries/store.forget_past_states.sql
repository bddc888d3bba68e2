-- purpose: remove for good what a source remembered under one name before
-- parameters: organisation, source, name, the version that stays
-- columns: none
ALTER TABLE states DELETE WHERE organisation = ? AND source = ? AND name = ? AND version != ?
