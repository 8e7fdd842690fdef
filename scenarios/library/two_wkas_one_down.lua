-- One of two well-known members is down: newcomers still join through the other.
scenario { "Two wkas one down" }

local c = cluster {
  scheme  = wka { well_known = { "n1", "n2" } },
  members = param("members", 4),
  spares  = 1,
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")
kill("n1")
run_until(c:others("n1"):agreed(), within(c:detect_bound()))
local newcomer = c:spare()
start(newcomer)
expect(eventually(newcomer:joined() & ~newcomer:alone(), within(c:join_bound())),
       "the newcomer joins through the other one")
run_for("60s")
