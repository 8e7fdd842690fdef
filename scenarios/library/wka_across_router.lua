-- Two subnets and a router that passes unicast only: members of a list need no more.
scenario { "Well-known addresses across a router" }

site(param("site", "routed"))
local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1", "n2" } }),
  members = param("members", 4),
  profile = param("profile", "hz-5.3"),
}
c:start()
expect(eventually(c:agreed(), within(c:join_bound() + "20s")), "members of both subnets agree")
run_for(param("calm", "2m"))
expect(c:islands():equals(1), "they are one cluster")
