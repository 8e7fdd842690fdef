-- Multicast is blocked while three members start, and let through later.
scenario { "d_blocked" }

require("lib/forming").multicast_blocked()
