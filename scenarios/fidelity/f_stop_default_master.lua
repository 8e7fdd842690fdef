-- The master is stopped for 90 s; all settings at their defaults.
scenario { "f_stop_default_master" }

require("lib/losses").freeze { node = "n1", hold = "90s", watch = "480s", defaults = true }
