-- A member is stopped for 90 s; all settings at their defaults.
scenario { "f_stop_default_member" }

require("lib/losses").freeze { node = "n3", hold = "90s", watch = "480s", defaults = true }
