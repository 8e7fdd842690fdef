-- The wire loses 10 %; a newcomer joins over it.
scenario { "h_loss10" }

require("lib/wires").on_bad_wire { loss = 0.1 }
