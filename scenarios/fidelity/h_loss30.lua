-- The wire loses 30 %; a newcomer joins over it.
scenario { "h_loss30" }

require("lib/wires").on_bad_wire { loss = 0.3 }
