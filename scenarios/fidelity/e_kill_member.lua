-- A member is killed.
scenario { "e_kill_member" }

require("lib/losses").kill { "n3" }
