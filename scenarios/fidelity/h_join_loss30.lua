-- Three members start together over a wire that loses 30 %.
scenario { "h_join_loss30" }

require("lib/wires").start_on_bad_wire { loss = 0.3 }
