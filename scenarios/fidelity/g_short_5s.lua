-- A partition shorter than the heartbeat timeout.
scenario { "g_short_5s" }

require("lib/splits").short { a = { "n1", "n2" }, b = { "n3", "n4", "n5" }, hold = "5s" }
