-- One member can send but hears nobody: it is removed, and comes back only after the heal.
scenario { "One-way cut" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = "all" }),
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
