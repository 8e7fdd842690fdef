-- A healthy cluster with nothing wrong: no view may change and no member may be removed.
scenario { "Steady state" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1", "n2" } }),
  members = param("members", 3),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

expect(always(c:agreed()), "the views stay as they are")
run_for("10m")
