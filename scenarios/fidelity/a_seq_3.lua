-- WKA, three members started one after another, the first well-known; defaults.
scenario { "a_seq_3" }

require("lib/forming").in_sequence { members = 3, well_known = { "n1" } }
