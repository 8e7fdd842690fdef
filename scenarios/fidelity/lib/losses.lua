-- Members that are killed, leave, fall silent or freeze.
local h = require "lib/harness"
local M = {}

-- Five members, the first two well-known; some are killed -9 at one instant.
function M.kill(nodes)
  h.cluster { members = 5, well_known = { "n1", "n2" }, fast_merge = true }
  h.up_and_fill()
  local rest = h.rest(nodes)
  run_for("2s")
  local t0 = now()
  kill(nodes)
  h.until_agreed(rest, "30s")
  run_for("8s")
  h.failure(t0, nodes, rest)
end

-- Three members that found each other by multicast.
function M.kill_multicast(node)
  h.cluster { members = 3, fast_heartbeat = true, fast_merge = true }
  h.up()
  local rest = h.rest { node }
  local t0 = now()
  kill(node)
  h.until_agreed(rest, "30s")
  run_for("5s")
  h.failure(t0, { node }, rest)
end

function M.graceful(node)
  h.cluster { members = 5, well_known = { "n1", "n2" }, fast_merge = true }
  h.up_and_fill()
  local rest = h.rest { node }
  run_for("2s")
  local t0 = now()
  stop(node)
  try_run_until(~h.c:live(node), "60s")
  h.until_agreed(rest, "30s")
  run_for("6s")
  h.failure(t0, { node }, rest)
  local begun = h.log:first { "shutdown_started", by = node, after = t0 }
  local ended = h.log:first { "process_exited", by = node, after = t0 }
  measure("shutdown_took_ms", begun and ended and ended - begun)
end

-- The cable of its host is pulled: no FIN, no RST, no ARP.
function M.host_down(node)
  h.cluster { members = 5, well_known = { "n1", "n2" }, fast_heartbeat = true, fast_merge = true }
  h.up_and_fill()
  local rest = h.rest { node }
  run_for("2s")
  local t0 = now()
  isolate { node, cable = true }
  h.until_agreed(rest, "60s")
  run_for("8s")
  h.failure(t0, { node }, rest)
  local alone = h.t_first_view(node, { node }, t0)
  measure("isolated_alone_ms", alone and alone - t0)
end

-- SIGSTOP for `hold`, then SIGCONT. options: node, hold, watch, defaults (no properties).
function M.freeze(options)
  local node, fast = options.node, not options.defaults
  h.cluster { members = 4, well_known = { "n1", "n2" }, fast_heartbeat = fast, fast_merge = fast }
  h.up_and_fill(542)
  local rest = h.rest { node }
  local t0 = now()
  local frozen = pause(node)
  run_for(options.hold)
  local removed = false
  for _, x in ipairs(rest) do
    removed = removed or h.log:first { "member_removed", by = x, of = node, after = t0 } ~= nil
  end
  measure("removed_while_stopped", removed)
  if removed then h.failure(t0, { node }, rest) end
  local t1 = now()
  frozen:heal()
  run_for("3s")
  if removed then measure("zombie_view_3s_after_cont", h.view(node)) end
  run_for("5s")
  h.until_agreed(h.members, options.watch or "70s")
  run_for("4s")
  if not removed then
    local changes = 0
    for _, x in ipairs(h.members) do changes = changes + h.view_changes(x, t0) end
    measure("view_changes_during", changes)
    h.merge(t1, h.members)
    return
  end
  local others_changed = false
  for _, x in ipairs(rest) do
    for _, view in ipairs(h.log:views(x, { after = t1 })) do
      others_changed = others_changed or #view.members < #rest
    end
  end
  measure("others_changed_view_after_cont", others_changed)
  h.merge(t1, h.members)
  local alone = h.t_first_view(node, { node }, t1)
  measure("zombie_alone_ms", alone and alone - t1)
  local dropped = h.log:first { "member_removed", by = node, after = t1 }
  measure("zombie_dropped_others_ms", dropped and dropped - t1)
end

return M
