-- Two well-known members die one after the other, with newcomers between, and start again.
scenario { "c_two_wka" }

require("lib/well_known").two_go()
