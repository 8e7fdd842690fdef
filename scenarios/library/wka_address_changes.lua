-- The only well-known member comes back at another address, and the lists still name the old one:
-- it finds nobody, nobody finds it, and a newcomer is alone.
scenario { "A well-known address changes" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1" } }),
  members = 3,
  spares  = 1,
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")
local moved = c:well_known(1)
local rest = c:others(moved)
stop(moved)
run_until(rest:agreed(), within(c:detect_bound()))
address(moved, "10.77.0.99")
start(moved)
local newcomer = c:spare()
start(newcomer)
run_until(newcomer:joined() & moved:joined(), within(c:join_bound() * 2))
expect(newcomer:alone() & moved:alone(), "neither finds the cluster")
run_for("10m")
expect(rest:agreed() & newcomer:alone(), "and nobody finds them later")
