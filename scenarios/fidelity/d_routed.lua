-- Multicast over two routed subnets; the router passes unicast only.
scenario { "d_routed" }

require("lib/forming").multicast_routed()
