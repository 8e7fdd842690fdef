-- A member shuts down gracefully.
scenario { "e_graceful_member" }

require("lib/losses").graceful("n3")
