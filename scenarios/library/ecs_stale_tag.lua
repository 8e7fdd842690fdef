-- WSO2's aws-ecs looks for the tag that ECS consoles gave their instances until January 2023.
-- Newer ones lack it: nobody is found. A tag of one's own works.
scenario { "The tag that ECS no longer gives", museum = "M54" }

site "vpc"
local engine = param("profile", "hz-5.3")
local inferred = cluster {
  scheme  = ecs { cluster = "shop", interface = "10.77.*.*" },
  members = 3, domain = "inferred", profile = { engine, "wso2" }, port = 5701,
}
local explicit = cluster {
  scheme  = ecs { cluster = "shop", interface = "10.77.*.*", tag_key = "app", tag_value = "shop" },
  members = 3, domain = "explicit", profile = { engine, "wso2" }, port = 5701,
}
inferred:start()
explicit:start()
run_until(explicit:agreed(), within(explicit:join_bound() + "20s"))
run_for("2m")
expect(inferred:islands():equals(3), "with the inferred tag each is alone")
expect(explicit:agreed(), "with a tag of their own they are one cluster")
