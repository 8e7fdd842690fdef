-- Every member is restarted in turn, as for an upgrade.
scenario { "Rolling restart" }

local c = cluster {
  scheme  = wka { well_known = { "n1", "n2" } },
  members = param("members", 3),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

for _, name in ipairs { "n1", "n2", "n3" } do
  stop(name)
  run_until(c:others(name):agreed(), within(c:detect_bound()))
  start(name)
  run_until(c:agreed(), within(c:merge_bound()))
end
expect(c:masters():equals(1), "one master after all")
