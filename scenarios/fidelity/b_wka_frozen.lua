-- A newcomer while the only well-known member is stopped: its kernel still accepts.
scenario { "b_wka_frozen" }

require("lib/well_known").quiet_then_newcomer { stop = true }
