-- Two clusters with different names list each other on one network: both stay healthy, side by
-- side.
scenario { "Two names, one network" }

local all = { "10.77.0.11:5701", "10.77.0.12:5701", "10.77.0.13:5701", "10.77.0.14:5701" }
local profile = param("profile", "hz-5.3")
local blue = cluster {
  scheme = wka { list = all },
  members = 2, port = 5701, profile = profile, domain = "blue",
}
local green = cluster {
  scheme = wka { list = all },
  members = 2, port = 5701, profile = profile, domain = "green",
}
blue:start()
green:start()
run_until(blue:agreed() & green:agreed(), "120s")

expect(always(blue:agreed() & green:agreed()), "neither disturbs the other")
run_for("10m")
