-- One of two well-known members is killed and started again 15 s later.
scenario { "c_wka_restart_15s" }

require("lib/well_known").restart { well_known = { "n1", "n2" }, gap = "15s" }
