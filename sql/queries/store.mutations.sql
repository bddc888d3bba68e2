-- purpose: changes of tables that are not done yet
-- parameters: none
-- columns: table, mutation
SELECT table, mutation_id FROM system.mutations WHERE database = currentDatabase() AND is_done = 0 ORDER BY table, mutation_id
