-- WKA, five members started one after another, two well-known; defaults.
scenario { "a_seq_5" }

require("lib/forming").in_sequence { members = 5, well_known = { "n1", "n2" } }
