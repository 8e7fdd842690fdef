-- The cable of the master is pulled.
scenario { "e_hostdown_master" }

require("lib/losses").host_down("n1")
