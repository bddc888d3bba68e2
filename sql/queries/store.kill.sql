-- purpose: stop a statement by its id, on a server
-- parameters: query id
-- columns: none of interest
KILL QUERY WHERE query_id = ? ASYNC
