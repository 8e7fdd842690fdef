-- A member is stopped for 25 s.
scenario { "f_stop_25s_member" }

require("lib/losses").freeze { node = "n3", hold = "25s" }
