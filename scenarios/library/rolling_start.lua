-- Members start one after another, as an operator would start them: each must join the first.
scenario { "Rolling start" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1" } }),
  members = param("members", 4),
  profile = param("profile", "hz-5.3"),
}
local gap = param("gap", 10)                   -- seconds between two starts
c:start { stagger = gap }
expect(eventually(c:agreed(), c:join_bound() + #c:all() * gap), "all members share one view")
run_for(#c:all() * gap + 60)
expect(c:masters():equals(1), "there is one master")
