-- Two members that list only each other start at one instant.
scenario { "i_pair_other" }

require("lib/forming").pair(true)
