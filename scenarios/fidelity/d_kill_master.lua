-- Multicast, three members; the master is killed.
scenario { "d_kill_master" }

require("lib/losses").kill_multicast("n1")
