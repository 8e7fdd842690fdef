-- The host of the only well-known member is lost, and its address moves to a standby, as an elastic
-- IP or keepalive moves it: the standby founds a cluster of its own there, the old one meets it
-- at its next merge run, and newcomers join again. 3.12 does not merge the two: who founded the
-- smaller cluster knows nobody to merge with.
scenario { "A well-known address moves to a standby" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1" } }),
  members = param("members", 3),
  spares  = 2,
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")
local lost = c:well_known(1)
local rest = c:others(lost)
power_off(lost)
run_until(rest:agreed(), within(c:detect_bound()))
local standby = c:spare()
address(standby, "10.77.0.11")
start(standby)
run_until(standby:joined(), within(c:join_bound()))
run_for("5s")
expect(standby:alone(), "the standby finds nobody at first")
run_until(c:agreed(), within(c:join_bound() + c:merge_bound()))
expect(c:islands():equals(1), "the standby and the running members become one cluster")
local newcomer = c:spare()
start(newcomer)
expect(eventually(newcomer:joined() & ~newcomer:alone(), within(c:join_bound())),
       "a newcomer joins through the moved address")
run_for(param("calm", "1m"))
