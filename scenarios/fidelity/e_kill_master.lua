-- The master is killed.
scenario { "e_kill_master" }

require("lib/losses").kill { "n1" }
