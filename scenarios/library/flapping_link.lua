-- A link that is down for one second of every two: heartbeats get through late, and nobody may be
-- removed for good.
scenario { "Flapping link" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = "all" }),
  members = param("members", 4),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

local one = c:youngest()
flap(one, c:others(one), { period = "2s", down = "1s", for_ = "4m" })
run_for("5m")
expect(eventually(c:agreed(), within(c:merge_bound())), "one cluster in the end")
