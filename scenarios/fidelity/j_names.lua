-- Two cluster names share one list.
scenario { "j_names" }

require("lib/forming").two_names()
