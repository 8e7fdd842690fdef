-- Every member starts at the same instant, as after a power cut: do they form one cluster?
scenario { "All start at once", museum = "M01" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1", "n2" } }),
  members = param("members", 5),
  profile = param("profile", "hz-5.3"),
}
c:start { together = true }
expect(eventually(c:agreed(), within(c:join_bound() * 2)), "all members share one view")
