-- Three members on one address, listed without a port; the first restarts.
scenario { "k_ports_bare" }

require("lib/forming").ports { bare = true }
