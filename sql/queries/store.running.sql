-- purpose: whether a statement still runs, on a server
-- parameters: query id
-- columns: how many run
SELECT count() AS running FROM system.processes WHERE query_id = ? ORDER BY running
