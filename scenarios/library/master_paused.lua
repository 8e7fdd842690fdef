-- The master freezes for longer than the heartbeat timeout, as in a long pause, and wakes up.
scenario { "Master paused", museum = "M20" }

local c = cluster {
  scheme  = wka { well_known = { "n1", "n2" } },
  members = param("members", 4),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

local master = c:master()
local rest = c:others(master)
local frozen = pause(master)
run_until(rest:agreed(), within(c:detect_bound()))
frozen:heal()
expect(eventually(c:agreed(), within(c:merge_bound())), "the zombie merges back")
