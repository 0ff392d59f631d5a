wrk.method = "POST"
wrk.body = '{"instances":[{"age":59,"balance":2343,"day":5,"job":"admin."}]}'
wrk.headers["content-type"] = "application/json"
