-- A terminated instance stays in the listing for an hour. The dead address is asked and does not
-- answer; it never comes back into the view.
scenario { "A terminated instance is still listed", museum = "M51" }

site "vpc"
local c = cluster {
  scheme  = aws { tag_key = "cluster", tag_value = "orders" },
  members = param("members", 3),
  spares  = 1,
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), within(c:join_bound() + "20s"))
cloud.lag { dead = "1h" }
local lost = c:youngest()
local rest = c:others(lost)
cloud.terminate(lost)
run_until(rest:agreed(), within(c:detect_bound()))
start(c:spare())
expect(eventually(c:agreed(), within(c:join_bound() * 2)), "the replacement joins all the same")
