-- One member's clock jumps by over two minutes: heartbeats are judged anew, nobody may be lost.
scenario { "Clock step" }

local c = cluster {
  scheme  = wka { well_known = { "n1", "n2" } },
  members = param("members", 3),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

clock.step(c:youngest(), "+130s")
run_for("5m")
expect(eventually(c:agreed(), within(c:merge_bound())), "one cluster in the end")
