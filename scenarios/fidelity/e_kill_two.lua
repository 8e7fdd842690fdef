-- Two members are killed at one instant.
scenario { "e_kill_two" }

require("lib/losses").kill { "n3", "n4" }
