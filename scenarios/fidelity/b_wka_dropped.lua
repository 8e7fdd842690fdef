-- A newcomer while the packets of the only well-known member are dropped.
scenario { "b_wka_dropped" }

require("lib/well_known").quiet_then_newcomer {}
