-- WKA, five members started at one instant, two well-known; defaults.
scenario { "a_sim_5" }

require("lib/forming").together { members = 5, well_known = { "n1", "n2" } }
