-- Members that start: one after another, together, and where joining is blocked.
local h = require "lib/harness"
local M = {}

-- Each after the one before has STARTED.
function M.in_sequence(options)
  h.cluster(options)
  local t0 = now()
  for _, x in ipairs(h.members) do
    h.spawn(x)
    h.until_started({ x }, "60s")
  end
  h.until_agreed(h.members, "60s")
  run_for("2s")
  h.joins(h.members, t0)
end

function M.together(options)
  h.cluster(options)
  local t0 = now()
  h.spawn_all(h.members)
  h.until_started(h.members, "120s")
  h.until_agreed(h.members, "60s")
  run_for("8s")
  h.joins(h.members, t0)
end

-- Two members; `lists` are their own lists, if they differ.
function M.pair(lists)
  local c = h.cluster { members = 2, well_known = { "n1", "n2" } }
  if lists then
    wrong_list("n1", { "10.77.0.12:5701" })
    wrong_list("n2", { "10.77.0.11:5701" })
  end
  local t0 = now()
  h.spawn_all(h.members)
  h.until_started(h.members, "90s")
  h.until_agreed(h.members, "30s")
  run_for("5s")
  h.joins(h.members, t0)
  measure("one_cluster", c:agreed():holds())
end

-- Multicast is blocked while the members start, and let through 15 s later.
function M.multicast_blocked()
  h.cluster { members = 3, fast_heartbeat = true, fast_merge = true }
  local blocked = block { multicast = true }
  for _, x in ipairs(h.members) do
    h.spawn(x)
    h.until_started({ x }, "60s")
  end
  for _, x in ipairs(h.members) do measure("alone_started_ms", h.start_up(x)) end
  run_for("15s")
  measure("views_blocked", h.views(h.members))
  local healed = now()
  blocked:heal()
  h.until_agreed(h.members, "90s")
  run_for("3s")
  h.merge(healed, h.members)
end

-- Two subnets; the router passes unicast only.
function M.multicast_routed()
  site "routed"
  h.cluster { members = 4, fast_heartbeat = true, fast_merge = true, subnets = { 1, 1, 2, 2 } }
  for _, x in ipairs(h.members) do
    h.spawn(x)
    h.until_started({ x }, "60s")
  end
  run_for("60s")
  for _, x in ipairs(h.members) do
    measure("join_ms", h.start_up(x))
    measure("view_at_end", h.view(x))
  end
end

-- Two cluster names on one list: n1 and n3 are "dev", n2 and n4 "beta".
function M.two_names()
  h.cluster { members = 4, well_known = { "n1", "n2" }, fast_heartbeat = true, fast_merge = true }
  wrong_domain({ "n2", "n4" }, "beta")
  for _, x in ipairs(h.members) do
    h.spawn(x)
    h.until_started({ x }, "60s")
  end
  run_for("40s")
  for _, x in ipairs(h.members) do
    measure("join_ms", h.start_up(x))
    measure("view_at_end", h.view(x))
  end
end

-- Three members on one address; the first is killed and started again 5 s later. The list is the
-- bare address, or that with the first port.
function M.ports(options)
  h.cluster {
    members = 3, same_host = true, addresses = { "10.77.0.11" },
    list = { options.bare and "10.77.0.11" or "10.77.0.11:5701" },
    fast_heartbeat = true, fast_merge = true,
  }
  local t0 = now()
  for _, x in ipairs(h.members) do
    h.spawn(x, nil, options.together and 3 or 1)
    if not options.together then h.until_started({ x }, "60s") end
  end
  h.until_started(h.members, "60s")
  h.until_agreed(h.members, "20s")
  h.name_by_port()
  h.joins(h.members, t0)
  local t1 = now()
  kill("n1")
  h.until_agreed({ "n2", "n3" }, "20s")
  run_for("5s")
  h.failure(t1, { "n1" }, { "n2", "n3" })
  h.gate()
  local t2 = now()
  h.spawn("n1")
  h.until_started({ "n1" }, "60s")
  measure("n1_restarted_ms", h.start_up("n1", t2))
  measure("n1_view_at_restart", h.view("n1"))
  h.until_agreed(h.members, "50s")
  run_for("2s")
  h.merge(t2, h.members)
end

return M
