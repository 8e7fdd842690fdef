-- A link that is down for one second of every two: heartbeats get through, nobody may be removed.
scenario { "Flapping link" }

local c = cluster {
  scheme  = wka { well_known = { "n1", "n2", "n3", "n4" } },
  members = param("members", 4),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

local one = c:youngest()
flap { between = one, and_ = c:others(one), period = "2s", down = "1s", for_ = "4m" }
run_for("5m")
expect(eventually(c:agreed(), within(c:merge_bound())), "one cluster in the end")
