-- Two subnets and a router that passes unicast only: multicast members form two clusters that never
-- meet.
scenario { "Multicast across a router" }

site(param("site", "routed"))
local c = cluster {
  scheme  = param("scheme", multicast {}),
  members = param("members", 4),
  profile = param("profile", "hz-5.3"),
}
c:start { stagger = "10s" }
run_for("15m")
expect(c:islands():equals(2), "one cluster on each side")
