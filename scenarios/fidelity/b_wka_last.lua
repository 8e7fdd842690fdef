-- Two members start before the only well-known one.
scenario { "b_wka_last" }

require("lib/well_known").started_last()
