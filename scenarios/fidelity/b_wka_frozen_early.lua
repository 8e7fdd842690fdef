-- A newcomer 2 s after the only well-known member was stopped.
scenario { "b_wka_frozen_early" }

require("lib/well_known").quiet_then_newcomer { stop = true, after = "2s" }
