-- One member's clock jumps by more than two minutes: heartbeats are judged anew, and nobody may be
-- removed for good.
scenario { "Clock step" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1", "n2" } }),
  members = param("members", 3),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

clock.step(c:youngest(), "+130s")
run_for("5m")
expect(eventually(c:agreed(), within(c:merge_bound())), "one cluster in the end")
