-- Sixteen members start together while their instances are not listed yet: each asks again and
-- again for five seconds, and together they empty the account's bucket.
scenario { "A start that throttles itself", museum = "M49" }

site "vpc"
local c = cluster {
  scheme  = aws { tag_key = "cluster", tag_value = "orders" },
  members = 16,
  profile = param("profile", "hz-5.3"),
}
cloud.lag { new = "60s" }
c:start { together = true }
run_for("30s")
expect(cloud.calls("DescribeInstances").throttled > 0, "calls are throttled")
expect(c:islands():above(1), "members that were told of nobody found clusters of their own")
