-- The master freezes for longer than the heartbeat timeout, as in a long garbage collection, and
-- wakes up as a zombie.
scenario { "Master paused", museum = "M20" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1", "n2" } }),
  members = param("members", 4),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

local master = c:master()
local rest = c:others(master)
local frozen = pause(master)
run_until(rest:agreed(), within(c:elect_bound()))
frozen:heal()
expect(eventually(c:agreed(), within(c:merge_bound())), "the zombie merges back")
