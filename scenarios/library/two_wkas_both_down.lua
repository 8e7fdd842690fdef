-- Both well-known members are down: the rest goes on, and a newcomer is alone until they return.
scenario { "Two wkas both down" }

local c = cluster {
  scheme  = wka { well_known = { "n1", "n2" } },
  members = param("members", 5),
  spares  = 1,
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")
local rest = c:others { "n1", "n2" }
kill { "n1", "n2" }
run_until(rest:agreed(), within(c:detect_bound()))
local newcomer = c:spare()
start(newcomer)
run_until(newcomer:joined(), within(c:join_bound()))
expect(newcomer:alone(), "the newcomer is alone")
run_for("30s")
start { "n1", "n2" }
expect(eventually(c:agreed(), within(c:merge_bound())), "all come back as one cluster")
