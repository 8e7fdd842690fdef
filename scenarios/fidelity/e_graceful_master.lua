-- The master shuts down gracefully.
scenario { "e_graceful_master" }

require("lib/losses").graceful("n1")
