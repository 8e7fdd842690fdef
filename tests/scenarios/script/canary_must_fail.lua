-- The canary: what it expects cannot be, so a run that passes shows that our verdicts are broken.
scenario { "Canary" }

local c = cluster { scheme = wka { well_known = { "n1" } }, members = 3 }
c:start()
run_until(c:agreed(), "120s")
kill("n1")
expect(always(c:masters():equals(2)), "two masters, always")
run_for("60s")
