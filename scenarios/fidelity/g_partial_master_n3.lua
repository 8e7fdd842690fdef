-- The master and one member cannot exchange packets; all others see both.
scenario { "g_partial_master_n3" }

require("lib/splits").partial { a = { "n1" }, b = { "n3" }, hold = "60s" }
