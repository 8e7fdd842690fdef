-- A member is stopped for 5 s, shorter than the heartbeat timeout.
scenario { "f_stop_5s_member" }

require("lib/losses").freeze { node = "n3", hold = "5s" }
