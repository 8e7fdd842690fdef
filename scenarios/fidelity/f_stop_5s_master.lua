-- The master is stopped for 5 s, shorter than the heartbeat timeout.
scenario { "f_stop_5s_master" }

require("lib/losses").freeze { node = "n1", hold = "5s" }
