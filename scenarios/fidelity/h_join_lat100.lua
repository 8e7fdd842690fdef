-- Three members start together over a wire with 100 ms delay.
scenario { "h_join_lat100" }

require("lib/wires").start_on_bad_wire { delay = within("100ms"), jitter = within("10ms") }
