-- purpose: have the files of observations_current removed that changes replaced: leaving out a partition that there is not does so, where the engine keeps them for no time
-- parameters: none
-- columns: none
ALTER TABLE observations_current DROP PARTITION ID 'none'
