-- Both well-known members are down: the rest goes on, and a newcomer is alone until they return.
scenario { "Two well-known members, both down" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1", "n2" } }),
  members = param("members", 5),
  spares  = 1,
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

local lost = { c:well_known(1), c:well_known(2) }
local rest = c:others(lost)
kill(lost)
run_until(rest:agreed(), within(c:detect_bound()))
local newcomer = c:spare()
start(newcomer)
run_until(newcomer:joined(), within(c:join_bound()))
expect(newcomer:alone(), "the newcomer is alone")
run_for(param("calm", "30s"))
start(lost)
expect(eventually(c:agreed(), within(c:merge_bound())), "all come back as one cluster")
