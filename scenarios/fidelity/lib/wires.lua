-- Members over a slow or lossy wire.
local h = require "lib/harness"
local M = {}

local function degrade(options)
  local faults = {}
  if options.delay then
    faults[1] = delay { by = options.delay - options.jitter, jitter = options.jitter * 2 }
  end
  if options.loss then faults[#faults + 1] = lose { rate = options.loss } end
  return faults
end

-- n1 to n3 form on a clean wire; n4 joins 15 s after it got bad.
function M.on_bad_wire(options)
  h.cluster { members = 4, well_known = { "n1", "n2" }, fast_heartbeat = true, fast_merge = true }
  local three = { "n1", "n2", "n3" }
  h.up(three)
  local t0 = now()
  local faults = degrade(options)
  run_for("15s")
  h.gate()
  local t1 = now()
  h.spawn("n4")
  h.until_started({ "n4" }, "80s")
  measure("n4_join_ms", h.start_up("n4", t1))
  h.until_agreed(h.members, "30s")
  local agreed = h.latest(h.members, function(x) return h.t_view(x, h.members, t1) end)
  measure("n4_agree_ms", agreed and agreed - h.starting.n4)
  local hold = t0 + "75s"
  if now() < hold then run_for(hold - now()) end
  local removed = 0
  for _, x in ipairs(h.members) do
    removed = removed + h.log:count { "member_removed", by = x, after = t0 }
  end
  measure("members_removed", removed)
  for _, fault in ipairs(faults) do fault:heal() end
  local t2 = now()
  h.until_agreed(h.members, "60s")
  run_for("3s")
  h.merge(t2, h.members)
end

-- Three members start together over the bad wire; defaults.
function M.start_on_bad_wire(options)
  h.cluster { members = 3, well_known = { "n1", "n2" } }
  degrade(options)
  local t0 = now()
  h.spawn_all(h.members)
  if not h.until_started(h.members, "15s") then h.until_started(h.members, "90s") end
  h.until_agreed(h.members, "60s")
  run_for("5s")
  h.joins(h.members, t0)
end

return M
