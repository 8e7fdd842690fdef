-- A partition: the master alone, four others.
scenario { "g_split_1_4_master_alone" }

require("lib/splits").split { a = { "n1" }, b = { "n2", "n3", "n4", "n5" } }
