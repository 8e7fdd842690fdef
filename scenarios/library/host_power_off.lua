-- A host loses power: nobody is told, only heartbeats run out.
scenario { "Host power off" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1", "n2" } }),
  members = param("members", 4),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

local lost = c:youngest()
local rest = c:others(lost)
power_off(lost)
expect(eventually(rest:agreed(), within(c:detect_bound())), "its silence is noticed in time")
run_for(c:detect_bound())
