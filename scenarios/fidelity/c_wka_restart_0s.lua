-- One of two well-known members is killed and started again at once.
scenario { "c_wka_restart_0s" }

require("lib/well_known").restart { well_known = { "n1", "n2" }, gap = "0s" }
