-- A VPC carries no multicast: every member is a cluster of its own, in good health.
scenario { "Multicast on EC2" }

site(param("site", "vpc"))
local c = cluster {
  scheme  = param("scheme", multicast {}),
  members = 3,
  profile = param("profile", "hz-5.3"),
}
c:start()
run_for("10m")
expect(c:islands():equals(3), "each member is alone")
