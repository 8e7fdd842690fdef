-- A firewall drops multicast: with the multicast scheme every member becomes a cluster of its own.
scenario { "Multicast blocked", museum = "M10" }

local c = cluster {
  scheme  = param("scheme", multicast {}),
  members = param("members", 3),
  profile = param("profile", "hz-5.3"),
}
local wall = block { multicast = true }
c:start()
try_run_until(c:agreed(), "120s")
expect(c:islands():above(1), "each member is alone and healthy")
wall:heal()
expect(eventually(c:agreed(), within(c:merge_bound())), "they merge once multicast passes")
