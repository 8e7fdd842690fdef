-- One packet in five is lost: TCP backs off, heartbeats come late, members may be removed falsely.
scenario { "20 % loss" }

local c = cluster {
  scheme  = param("scheme", wka { well_known = { "n1", "n2" } }),
  members = param("members", 4),
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), "120s")

lose { rate = 0.2, for_ = "10m" }
run_for("10m")
expect(eventually(c:agreed(), within(c:merge_bound())), "one cluster once the loss ends")
