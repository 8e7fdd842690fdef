-- Members on EC2 find each other by a tag: EC2 is asked when they start and when the master looks
-- for other clusters, and not otherwise.
scenario { "Three members found through EC2" }

site "vpc"
local c = cluster {
  scheme  = aws { tag_key = "cluster", tag_value = "orders" },
  members = param("members", 3),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), within(c:join_bound() + "20s"))
local asked = cloud.calls("DescribeInstances").calls
expect(asked > 0, "EC2 was asked")
run_for("4m")
expect(cloud.calls("DescribeInstances").calls == asked, "nobody asks while the cluster is whole")
run_for("10m")
expect(cloud.calls("DescribeInstances").calls > asked, "the master looks for other clusters")
expect(c:agreed(), "and finds none")
