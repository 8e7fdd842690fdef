-- Partitions: whole, short, partial, one way.
local h = require "lib/harness"
local M = {}

local function count(group_a, group_b) return #group_a + #group_b end

local function all(n)
  local result = {}
  for i = 1, n do result[i] = "n" .. i end
  return result
end

-- options: a, b, well_known (else everybody), hold, watch, defaults (no properties).
function M.split(options)
  local a, b = options.a, options.b
  local n, fast = count(a, b), not options.defaults
  h.cluster {
    members = n, well_known = options.well_known or all(n),
    fast_heartbeat = fast, fast_merge = fast,
  }
  h.up_and_fill(542)
  run_for("2s")
  local t0 = now()
  local cut_off = partition(a, b)
  try_run_until(h.c:members(a):agreed() & h.c:members(b):agreed(), options.hold or "60s")
  run_for("12s")
  for _, sides in ipairs { { a, b }, { b, a } } do
    h.failure(t0, sides[2], sides[1], "side_" .. table.concat(sides[1], "+") .. ".")
  end
  measure("split_views", h.views(h.members))
  h.ask()
  h.ask()
  local t1 = now()
  cut_off:heal()
  h.until_agreed(h.members, options.watch or "120s")
  run_for("8s")
  h.merge(t1, h.members)
end

-- Shorter than the heartbeat timeout.
function M.short(options)
  h.cluster {
    members = 5, well_known = all(5), fast_heartbeat = true, fast_merge = true,
  }
  h.up()
  local t0 = now()
  partition(options.a, options.b, { for_ = options.hold })
  run_for(options.hold)
  run_for("20s")
  local changes = 0
  for _, x in ipairs(h.members) do changes = changes + h.view_changes(x, t0) end
  measure("view_changes", changes)
end

-- Packets a -> b are dropped, or between a and b both ways, while all others see both.
-- options: a, b, one_way, hold, extra (properties).
function M.partial(options)
  h.cluster {
    members = 4, well_known = all(4), fast_heartbeat = true, fast_merge = true,
    extra = options.extra,
  }
  h.up_and_fill(542)
  local t0 = now()
  local dropped = options.one_way and cut { from = options.a, to = options.b }
    or partition(options.a, options.b)
  run_for(options.hold)
  for _, x in ipairs(h.members) do
    for _, y in ipairs(h.members) do
      local removed = h.log:first { "member_removed", by = x, of = y, after = t0 }
      if removed then measure("removed_ms", removed - t0) end
      if x ~= y then
        measure("removes." .. x .. ".of_" .. y, removed ~= nil)
      end
    end
    measure("view_changes", h.view_changes(x, t0))
    measure("merging_during", h.log:count { "merge_started", by = x, after = t0 })
    measure("merged_during", h.log:count { "merge_finished", by = x, after = t0 })
  end
  measure("views_during", h.views(h.members))
  local t1 = now()
  dropped:heal()
  run_for("5s")
  h.until_agreed(h.members, "100s")
  run_for("4s")
  h.merge(t1, h.members)
end

return M
