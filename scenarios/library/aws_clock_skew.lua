-- A member's clock is 20 minutes ahead: its signatures are refused, it finds nobody and founds a
-- cluster of its own.
scenario { "A wrong clock breaks discovery" }

site "vpc"
local c = cluster {
  scheme  = aws { tag_key = "cluster", tag_value = "orders" },
  members = param("members", 3),
  spares  = 1,
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), within(c:join_bound() + "20s"))
local newcomer = c:spare()
clock.step(newcomer, "+20m")
start(newcomer)
run_until(newcomer:joined(), "10m")
expect(newcomer:alone(), "the newcomer is alone")
expect(cloud.calls("DescribeInstances").failed > 0, "EC2 refused its signature")
