-- The only well-known member is killed and started again: does the cluster come back as one?
scenario { "Sole well-known member restarts", museum = "M12" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1" } }),
  members = param("members", 3),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

local lost = c:well_known(1)
local rest = c:others(lost)
kill(lost)
run_until(rest:agreed(), within(c:detect_bound()))
start(lost)
expect(eventually(c:agreed(), within(c:merge_bound())),
       "the restarted member and the others find each other")
