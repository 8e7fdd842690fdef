-- As b_wka_frozen, watched until the newcomer gives up.
scenario { "b_wka_frozen_long" }

require("lib/well_known").quiet_then_newcomer { stop = true, watch = "360s" }
