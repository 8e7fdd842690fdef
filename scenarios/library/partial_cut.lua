-- Two members that are not master cannot reach each other: no view changes, only calls fail.
scenario { "Partial cut" }

local c = cluster {
  scheme  = wka { well_known = { "n1", "n2", "n3", "n4" } },
  members = param("members", 4),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

local a = c:youngest()
local b = c:candidate()
expect(always(c:agreed()), "no view changes")
local wire = partition(a, b)
run_for(c:detect_bound() * 2)
wire:heal()
run_for("60s")
