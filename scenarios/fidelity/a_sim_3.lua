-- WKA, three members started at one instant, the first well-known; defaults.
scenario { "a_sim_3" }

require("lib/forming").together { members = 3, well_known = { "n1" } }
