-- EC2 answers 503 while a newcomer starts: it goes on as if nobody was there and founds a cluster
-- of its own. The running cluster needs no API and feels nothing.
scenario { "EC2 is out when a newcomer starts" }

site "vpc"
local c = cluster {
  scheme  = aws { tag_key = "cluster", tag_value = "orders" },
  members = param("members", 3),
  spares  = 1,
  profile = param("profile", "hz-5.3"),
}
c:start()
run_until(c:agreed(), within(c:join_bound() + "20s"))
local old = c:all()
local outage = cloud.fail { status = 503, code = "Unavailable" }
local newcomer = c:spare()
start(newcomer)
run_until(newcomer:joined(), "10m")
expect(newcomer:alone(), "the newcomer is alone")
expect(old:agreed(), "the running members go on")
outage:heal()
expect(eventually(c:agreed(), within(c:merge_bound())), "they merge once EC2 answers")
