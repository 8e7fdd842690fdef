-- A partition of two and three where only the master is well-known.
scenario { "g_split_wka1_2_3" }

require("lib/splits").split {
  a = { "n1", "n2" }, b = { "n3", "n4", "n5" }, well_known = { "n1" }, watch = "75s",
}
