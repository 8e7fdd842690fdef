-- Tasks with addresses of their own find each other through ECS.
scenario { "Three tasks found through ECS" }

site "vpc"
print("ECS is asked by 5.3 alone, whatever is asked for:", param("profile", "hz-5.3"))
local c = cluster {
  scheme = ecs { family = "hz", tag_key = "cluster", tag_value = "orders" }, members = 3,
}
c:start()
run_until(c:agreed(), within(c:join_bound() + "20s"))
expect(cloud.calls("ListTasks").calls > 0, "ECS was asked")
local lost = c:youngest()
cloud.terminate(lost)
run_until(c:others(lost):agreed(), within(c:detect_bound()))
