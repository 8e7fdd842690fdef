-- Members start one after another, as an operator would start them.
scenario { "Rolling start" }

local c = cluster {
  scheme  = wka { well_known = { "n1" } },
  members = param("members", 4),
  profile = param("profile", "hz-5.3"),
}
c:start { stagger = "10s" }
expect(eventually(c:agreed(), c:join_bound() + "60s"), "all members share one view")
run_for("60s")
expect(c:masters():equals(1), "there is one master")
