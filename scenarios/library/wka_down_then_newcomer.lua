-- The first well-known member is dead when a newcomer starts: where it was the only one, the
-- newcomer founds a cluster of its own.
scenario { "Well-known member down, then a newcomer" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1" } }),
  members = param("members", 3),
  spares  = 1,
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

local lost = c:well_known(1)
local rest = c:others(lost)
kill(lost)
run_until(rest:agreed(), within(c:detect_bound()))
local newcomer = c:spare()
start(newcomer)
run_until(newcomer:joined(), within(c:join_bound()))
expect(newcomer:alone(), "the newcomer finds nobody and is alone")
expect(rest:agreed(), "the running members go on")
