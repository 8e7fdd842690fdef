-- One of two well-known members is down: newcomers still join through the other.
scenario { "Two well-known members, one down" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1", "n2" } }),
  members = param("members", 4),
  spares  = 1,
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

local lost = c:well_known(1)
kill(lost)
run_until(c:others(lost):agreed(), within(c:detect_bound()))
local newcomer = c:spare()
start(newcomer)
expect(eventually(newcomer:joined() & ~newcomer:alone(), within(c:join_bound())),
       "the newcomer joins through the other one")
run_for(param("calm", "60s"))
