-- A partition into equal halves.
scenario { "g_split_2_2" }

require("lib/splits").split { a = { "n1", "n2" }, b = { "n3", "n4" } }
