-- Multicast, three members; one that is not master is killed.
scenario { "d_kill_member" }

require("lib/losses").kill_multicast("n3")
