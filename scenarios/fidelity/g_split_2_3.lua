-- A partition: two with the master, three others.
scenario { "g_split_2_3" }

require("lib/splits").split { a = { "n1", "n2" }, b = { "n3", "n4", "n5" } }
