-- The cable of a member is pulled.
scenario { "e_hostdown_member" }

require("lib/losses").host_down("n3")
