-- Tasks in bridge mode have no address that ECS knows: each stays alone.
scenario { "ECS in bridge mode", museum = "M53" }

site "vpc"
print("ECS is asked by 5.3 alone, whatever is asked for:", param("profile", "hz-5.3"))
local c = cluster { scheme = ecs { family = "hz", network = "bridge" }, members = 3 }
c:start()
run_for("2m")
expect(cloud.calls("DescribeTasks").calls > 0, "ECS lists the tasks")
expect(c:islands():equals(3), "and each is alone")
