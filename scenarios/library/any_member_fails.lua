-- Each member in turn is killed, the master among them, and a newcomer joins while it is down.
scenario { "Whoever fails, newcomers join" }

site(param("site", "lan"))
local c = cluster {
  scheme  = param("scheme", multicast {}),
  members = 3,
  spares  = 1,
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), within(c:join_bound() + "20s"))
local newcomer = c:spare()
for i = 1, 3 do
  local lost = c:member("n" .. i)
  kill(lost)
  run_until(c:others(lost):agreed(), within(c:detect_bound()))
  start(newcomer)
  expect(eventually(newcomer:joined() & ~newcomer:alone(), within(c:join_bound())),
         "the newcomer joins without n" .. i)
  run_for("1m")
  stop(newcomer)
  start(lost)
  run_until(c:agreed(), within(c:join_bound() + c:merge_bound()))
end
