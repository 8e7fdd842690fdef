-- Three members start together over a wire that loses 10 %.
scenario { "h_join_loss10" }

require("lib/wires").start_on_bad_wire { loss = 0.1 }
