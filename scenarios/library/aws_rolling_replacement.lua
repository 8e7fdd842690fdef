-- All instances are replaced one by one, and every address changes: members found by a tag do not
-- mind.
scenario { "A rolling replacement changes every address", museum = "M58" }

site "vpc"
local c = cluster {
  scheme  = aws { tag_key = "cluster", tag_value = "orders" },
  members = 3,
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), within(c:join_bound() + "20s"))
for i = 1, 3 do
  local m = c:member("n" .. i)
  stop(m)
  run_until(~c:live(m), "2m")
  cloud.terminate(m)
  address(m, "10.77.0." .. (50 + i))
  start(m)
  run_until(c:agreed(), within(c:join_bound() * 2))
end
expect(c:islands():equals(1), "one cluster, at three new addresses")
