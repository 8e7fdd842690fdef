-- Packets to one member are dropped; it still sends.
scenario { "g_oneway_n2_in" }

require("lib/splits").partial {
  a = { "n1", "n3", "n4" }, b = { "n2" }, one_way = true, hold = "60s",
}
