-- Two members that are not master cannot reach each other: no view changes, only operations between
-- them fail.
scenario { "Partial cut" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = "all" }),
  members = param("members", 4),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

expect(always(c:agreed()), "no view changes")
local wire = partition(c:candidate(), c:youngest())
run_for(c:detect_bound() * 2)
wire:heal()
run_for(param("calm", "60s"))
