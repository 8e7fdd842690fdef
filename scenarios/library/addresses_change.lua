-- Every member in turn comes back at another address: multicast does not mind.
scenario { "Every address changes" }

local c = cluster {
  scheme  = param("scheme", multicast {}),
  members = 3,
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), within(c:join_bound() + "20s"))
for i = 1, 3 do
  local m = c:member("n" .. i)
  stop(m)
  run_until(c:others(m):agreed(), within(c:detect_bound()))
  address(m, "10.77.0." .. (50 + i))
  start(m)
  run_until(c:agreed(), within(c:join_bound() + c:merge_bound()))
end
expect(c:islands():equals(1), "one cluster, at three new addresses")
