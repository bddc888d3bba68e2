-- purpose: the newest version of what is known of faults, so that a clock set back never makes an older one
-- parameters: none
-- columns: version, 0 when there is none
SELECT max(version) AS newest FROM alarms ORDER BY newest
