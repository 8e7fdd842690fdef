-- Three members on one address start at one instant; the first restarts.
scenario { "k_ports_sim" }

require("lib/forming").ports { bare = true, together = true }
