-- WSO2's default port lies outside of the ports that the plugin tries: every member stays alone,
-- and nothing says so. On port 5701 the same configuration works.
scenario { "WSO2 on AWS with its default port 4000", museum = "M52" }

site "vpc"
local engine = param("profile", "hz-5.3")
local alone = cluster {
  scheme  = aws { tag_key = "cluster", tag_value = "blue" },
  members = 3, domain = "blue", profile = { engine, "wso2" },
}
local together = cluster {
  scheme  = aws { tag_key = "cluster", tag_value = "green" },
  members = 3, domain = "green", profile = { engine, "wso2" }, port = 5701,
}
alone:start()
together:start()
run_until(together:agreed(), within(together:join_bound() + "20s"))
run_for("10m")
expect(alone:islands():equals(3), "on port 4000 each is alone, though EC2 lists all")
expect(together:agreed(), "on port 5701 they are one cluster")
