-- A symmetric partition into a minority and the rest (2|3 of five) and its healing: the smaller
-- side must give way.
scenario { "Split 2|3 and heal" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = "all" }),
  members = param("members", 5),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

local minority = c:minority()
local majority = c:others(minority)
local wall = partition(minority, majority)
run_until(minority:agreed() & majority:agreed(), within(c:detect_bound() + c:elect_bound()))
wall:heal()
expect(eventually(c:agreed(), within(c:merge_bound())), "the halves merge")
