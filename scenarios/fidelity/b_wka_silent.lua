-- A newcomer while the cable of the only well-known member is pulled.
scenario { "b_wka_silent" }

require("lib/well_known").silent_then_newcomer()
