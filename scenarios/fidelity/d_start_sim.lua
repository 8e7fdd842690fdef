-- Multicast, three members started at one instant; defaults.
scenario { "d_start_sim" }

require("lib/forming").together { members = 3 }
