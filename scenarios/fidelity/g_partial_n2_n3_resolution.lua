-- As g_partial_n2_n3, with the resolution of partial disconnections switched on.
scenario { "g_partial_n2_n3_resolution" }

require("lib/splits").partial {
  a = { "n2" }, b = { "n3" }, hold = "60s",
  extra = { ["hazelcast.partial.member.disconnection.resolution.heartbeat.count"] = 5 },
}
