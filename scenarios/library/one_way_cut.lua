-- One member can send but hears nobody: it is removed, and cannot come back while the cut lasts.
scenario { "One-way cut" }

local c = cluster {
  scheme  = wka { well_known = { "n1", "n2", "n3", "n4" } },
  members = param("members", 4),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

local deaf = c:youngest()
local rest = c:others(deaf)
local wire = cut { from = rest, to = deaf }
run_until(rest:agreed(), within(c:detect_bound()))
wire:heal()
expect(eventually(c:agreed(), within(c:merge_bound())), "it comes back after the heal")
