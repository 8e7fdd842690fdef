-- Packets from one member are dropped; it still hears.
scenario { "g_oneway_n2_out" }

require("lib/splits").partial {
  a = { "n2" }, b = { "n1", "n3", "n4" }, one_way = true, hold = "60s",
}
