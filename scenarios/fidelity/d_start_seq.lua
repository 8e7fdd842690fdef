-- Multicast, three members started one after another; defaults.
scenario { "d_start_seq" }

require("lib/forming").in_sequence { members = 3 }
