-- The wire gets 100 ms of delay; a newcomer joins over it.
scenario { "h_lat100" }

require("lib/wires").on_bad_wire { delay = within("100ms"), jitter = within("10ms") }
