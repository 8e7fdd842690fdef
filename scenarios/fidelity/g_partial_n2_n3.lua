-- Two members that are not master cannot exchange packets; all others see both.
scenario { "g_partial_n2_n3" }

require("lib/splits").partial { a = { "n2" }, b = { "n3" }, hold = "60s" }
