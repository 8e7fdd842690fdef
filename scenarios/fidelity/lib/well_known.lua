-- The well-known members go away, and newcomers come meanwhile.
local h = require "lib/harness"
local M = {}

local function one_well_known(members)
  h.cluster { members = members, well_known = { "n1" }, fast_heartbeat = true, fast_merge = true }
end

-- Starts a member and says what it came to.
local function newcomer(x, wait)
  h.gate()
  local t = now()
  h.spawn(x)
  h.until_started({ x }, wait or "60s")
  measure(x .. "_started_ms", h.start_up(x, t))
  measure(x .. "_view", h.view(x))
  return t
end

-- n1 is killed; n4 starts 15 s later, n1 again 45 s after that.
function M.killed_then_newcomer()
  one_well_known(4)
  h.up({ "n1", "n2", "n3" }, 0)
  local t0 = now()
  kill("n1")
  run_for("15s")
  h.failure(t0, { "n1" }, { "n2", "n3" })
  h.gate()
  local t1 = now()
  h.spawn("n4")
  h.until_started({ "n4" }, "60s")
  run_for(within("45s") - (now() - t1))
  measure("n4_started_ms", h.start_up("n4", t1))
  measure("n4_view", h.view("n4"))
  measure("n23_view", h.view("n2"))
  h.gate()
  local t2 = now()
  h.spawn("n1")
  h.until_started({ "n1" }, "60s")
  measure("n1_restarted_ms", h.start_up("n1", t2))
  measure("n1_view_at_restart", h.view("n1"))
  h.until_agreed(h.members, "100s")
  run_for("2s")
  h.merge(t2, h.members)
end

-- n1's cable is pulled; n4 starts 20 s later.
function M.silent_then_newcomer()
  one_well_known(4)
  h.up { "n1", "n2", "n3" }
  local t0 = now()
  isolate { "n1", cable = true }
  run_for("20s")
  h.failure(t0, { "n1" }, { "n2", "n3" })
  newcomer("n4", "120s")
end

-- n1's packets are dropped, or it is stopped, so that its kernel still accepts; n4 starts later.
-- options: stop, after, watch.
function M.quiet_then_newcomer(options)
  one_well_known(4)
  h.up { "n1", "n2", "n3" }
  local t0 = now()
  if options.stop then
    pause("n1")
  else
    partition({ "n1" }, { "n2", "n3", "n4" })
  end
  run_for(options.after or "20s")
  h.gate()
  local t1 = now()
  h.spawn("n4")
  try_run_until(h.c:live("n4"), "10s")
  local over = h.c:started("n4") | ~h.c:live("n4")
  if not try_run_until(over, "10s") then try_run_until(over, options.watch or "140s") end
  measure("n4_started_ms", h.start_up("n4", t1))
  local failed = h.log:first { "join_failed", by = "n4", after = t1 }
  if failed then
    measure("n4_start_failed_ms", failed - h.starting.n4)
    measure("n4_view", "n4")
  else
    measure("n4_view", h.view("n4"))
  end
  run_for("3s")
  h.failure(t0, { "n1" }, { "n2", "n3" })
  measure("n23_view", h.view("n2"))
end

-- n1 is killed and started again. options: well_known, gap.
function M.restart(options)
  h.cluster {
    members = 3, well_known = options.well_known, fast_heartbeat = true, fast_merge = true,
  }
  h.up()
  local t0 = now()
  kill("n1")
  run_for(options.gap)
  if within(options.gap) > within("4s") then h.failure(t0, { "n1" }, { "n2", "n3" }) end
  h.gate()
  local t2 = now()
  h.spawn("n1")
  h.until_started({ "n1" }, "60s")
  measure("n1_restarted_ms", h.start_up("n1", t2))
  measure("n1_view_at_restart", h.view("n1"))
  h.until_agreed(h.members, "120s")
  run_for("3s")
  h.merge(t2, h.members)
end

-- n2 and n3 start before n1, the only one that is listed.
function M.started_last()
  one_well_known(3)
  h.spawn_all { "n2", "n3" }
  h.until_started({ "n2", "n3" }, "60s")
  run_for("12s")
  for _, x in ipairs { "n2", "n3" } do measure("started_ms", h.start_up(x)) end
  measure("views_without_wka", h.views { "n2", "n3" })
  h.gate()
  local t1 = now()
  h.spawn("n1")
  h.until_started({ "n1" }, "60s")
  h.until_agreed(h.members, "120s")
  run_for("3s")
  h.merge(t1, h.members)
end

-- n1 dies, n5 joins; n2 dies, n6 comes; then both start again.
function M.two_go()
  h.cluster { members = 6, well_known = { "n1", "n2" }, fast_heartbeat = true, fast_merge = true }
  h.up({ "n1", "n2", "n3", "n4" }, 0)
  local t0 = now()
  kill("n1")
  run_for("8s")
  h.failure(t0, { "n1" }, { "n2", "n3", "n4" }, "n1.")
  newcomer("n5")
  run_for("5s")
  local t1 = now()
  kill("n2")
  run_for("8s")
  h.failure(t1, { "n2" }, { "n3", "n4", "n5" }, "n2.")
  newcomer("n6")
  run_for("30s")
  measure("views_both_wka_down", h.views { "n3", "n4", "n5", "n6" })
  local t2 = newcomer("n1")
  run_for("10s")
  newcomer("n2")
  h.until_agreed(h.members, "100s")
  run_for("2s")
  h.merge(t2, h.members)
end

return M
