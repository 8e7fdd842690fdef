-- The master process is killed: its kernel closes the connections, and the next oldest takes over
-- within a second.
scenario { "Master killed" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1", "n2" } }),
  members = param("members", 5),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

local master = c:master()
local rest = c:others(master)
kill(master)
expect(eventually(rest:agreed(), within(c:detect_bound())), "the survivors agree without it")
expect(never(c:masters():above(1), { longer_than = "1s" }), "there is one master at a time")
run_for(param("calm", "60s"))
