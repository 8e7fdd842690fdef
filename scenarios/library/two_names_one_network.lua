-- Two clusters of different names list each other on one network: both stay healthy.
scenario { "Two names one network" }

local blue = cluster {
  scheme  = wka { well_known = { "n1", "n2" } },
  members = 2,
  profile = param("profile", "hz-5.3"),
  domain  = "blue",
}
local green = cluster {
  scheme  = wka { list = { "10.77.0.11:5701", "10.77.0.13:5701" } },
  members = 2,
  profile = param("profile", "hz-5.3"),
  domain  = "green",
}
blue:start { together = true }
green:start { together = true }
run_until(blue:agreed() & green:agreed(), "120s")
expect(always(blue:agreed() & green:agreed()), "neither disturbs the other")
run_for("10m")
