-- The only well-known member is killed, a newcomer starts meanwhile, and the well-known one again.
scenario { "b_one_wka" }

require("lib/well_known").killed_then_newcomer()
