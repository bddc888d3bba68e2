-- 0004 failing: which parts of a source a run could not read, and why. Every step may run again.

-- step runs_failing_part unless column runs.failing_part: the parts
ALTER TABLE runs ADD COLUMN failing_part Array(String)

-- step runs_failing_reason unless column runs.failing_reason: the reason of each, a code
ALTER TABLE runs ADD COLUMN failing_reason Array(String)
