-- A partition: three with the master, two others.
scenario { "g_split_3_2" }

require("lib/splits").split { a = { "n1", "n2", "n3" }, b = { "n4", "n5" } }
