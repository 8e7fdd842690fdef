-- A partition of two and three for 110 s; all settings at their defaults.
scenario { "g_split_default_2_3" }

require("lib/splits").split {
  a = { "n1", "n2" }, b = { "n3", "n4", "n5" }, hold = "110s", watch = "500s", defaults = true,
}
