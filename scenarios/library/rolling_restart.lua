-- Every member is stopped gracefully and started again in turn, as for an upgrade.
scenario { "Rolling restart" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1", "n2" } }),
  members = param("members", 3),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

for _, member in ipairs(c:all()) do
  stop(member)
  run_until(~member:live() & c:agreed(), within(c:detect_bound()))
  start(member)
  run_until(member:live() & c:agreed(), within(c:merge_bound()))
end
expect(c:masters():equals(1), "one master after all")
