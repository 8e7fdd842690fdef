-- Three members on one address, listed with the first port; the first restarts.
scenario { "k_ports_one" }

require("lib/forming").ports {}
