-- A symmetric partition 2|3 and its healing: the smaller side must give way.
scenario { "Split 2|3 and heal" }

local c = cluster {
  scheme  = wka { well_known = { "n1", "n2", "n3", "n4", "n5" } },
  members = param("members", 5),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

local minority = c:minority()
local majority = c:others(minority)
local cut = partition(minority, majority)
run_until(minority:agreed() & majority:agreed(), within(c:detect_bound() + c:elect_bound()))
cut:heal()
expect(eventually(c:agreed(), within(c:merge_bound())), "the halves merge")
