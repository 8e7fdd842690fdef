-- Two subnets in one multicast domain: the router passes multicast, and the subnet does not matter.
scenario { "Multicast that a router passes" }

network { subnets = { "hall", "attic" }, routers = { multicast = true } }
local c = cluster {
  scheme  = param("scheme", multicast { ttl = 32 }),
  members = param("members", 4),
  profile = param("profile", "hz-5.3"),
}
c:start()
expect(eventually(c:agreed(), within(c:join_bound() + "20s")), "members of both subnets agree")
run_for(param("calm", "2m"))
expect(c:islands():equals(1), "they are one cluster")
