-- The master is stopped for 25 s.
scenario { "f_stop_25s_master" }

require("lib/losses").freeze { node = "n1", hold = "25s" }
