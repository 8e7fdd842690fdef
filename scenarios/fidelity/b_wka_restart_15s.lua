-- The only well-known member is killed and started again 15 s later.
scenario { "b_wka_restart_15s" }

require("lib/well_known").restart { well_known = { "n1" }, gap = "15s" }
