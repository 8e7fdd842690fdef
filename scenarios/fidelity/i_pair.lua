-- Two members that list both start at one instant.
scenario { "i_pair" }

require("lib/forming").pair()
