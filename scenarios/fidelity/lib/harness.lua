-- What the harness of the recordings does, in this language: how it starts members, waits, and
-- takes its figures. The scripts beside this folder are its scenarios.
local M = {}

M.version = param("version", "5.3.8")

local heartbeat = {
  ["hazelcast.heartbeat.interval.seconds"] = 1,
  ["hazelcast.max.no.heartbeat.seconds"] = 10,
}
local confirmation = {  -- beside fast heartbeats, 3.5 only
  ["hazelcast.master.confirmation.interval.seconds"] = 2,
  ["hazelcast.max.no.master.confirmation.seconds"] = 15,
}
local merge = {
  ["hazelcast.merge.first.run.delay.seconds"] = 20,
  ["hazelcast.merge.next.run.delay.seconds"] = 10,
}
local no_join_wait = { ["hazelcast.wait.seconds.before.join"] = 0 }

-- What is global to a version. A Java program and a machine are not simulated, so the time that a
-- member takes to boot is drawn: `java` from the start of the process to its first line,
-- `hazelcast` from there to its first list, alone on an idle machine (medians of a_seq_3);
-- `migration`: milliseconds that copying a partition took in the fastest recorded merge
-- (f_stop_25s_member: 135 copies took 310 ms in 3.12, one by one, and 425 ms in 5.3, ten at once).
local versions = {
  ["3.5.4"] = { profile = "hz-3.5", java = 0.09, hazelcast = 0.13 },
  ["3.12.2"] = { profile = "hz-3.12", java = 0.09, hazelcast = 0.13, migration = 2.3,
                 -- 3.12.2 does not keep the addresses of members that it met.
                 properties = {
                   ["hazelcast.tcp.join.previously.joined.member.address.retention.seconds"] = 0,
                 } },
  ["3.12.13"] = { profile = "hz-3.12", java = 0.09, hazelcast = 0.13, migration = 2.3 },
  ["5.3.8"] = { profile = "hz-5.3", java = 0.09, hazelcast = 0.23, migration = 31 },
}
local this = versions[M.version]
if this == nil then
  inconclusive("no profile for Hazelcast " .. M.version)
end

local log = record()
M.log = log

-- A draw between the quantiles of a table: flat between neighbours.
local function draw(quantiles)
  local at = 1 + math.random() * (#quantiles - 1)
  local below = math.min(math.floor(at), #quantiles - 1)
  return quantiles[below] + (at - below) * (quantiles[below + 1] - quantiles[below])
end

-- How much slower than idle the recording machine was during this run (its load average went from
-- 1 to 40 on two cores).
local load = draw { 1.2, 1.8, 2.4, 3, 4 }
-- Members that boot at once share the machine: two took 1.65 times as long, five 3.4 times.
local function boot_time(alone, together)
  return alone * load * (1 + 0.6 * (together - 1)) * (0.9 + 0.2 * math.random())
end

-- How much slower partitions were copied during this run than in the fastest: all recorded merges
-- whose migrations were counted.
local migration_loads = {
  ["hz-3.12"] = { 1, 1.04, 1.09, 1.1, 1.13, 1.17, 1.2, 1.3, 1.37, 1.5, 1.67, 2.8, 3.2, 9.1 },
  ["hz-5.3"] = { 1, 1.23, 1.33, 1.35, 1.56, 1.75, 1.9, 2, 2.1, 2.2, 3.4, 4.5, 5, 5.1, 6.6, 7.9,
                 12.3 },
}
local migration_load = draw(migration_loads[this.profile])

local function both(...)
  local result = {}
  for _, properties in ipairs { ... } do
    for name, value in pairs(properties) do result[name] = value end
  end
  return result
end

-- options: members, well_known (names or a list of entries), multicast, fast_heartbeat,
-- fast_merge, extra (properties), same_host, subnets.
function M.cluster(options)
  local properties = both(this.properties or {})
  if options.fast_heartbeat then
    properties = both(properties, heartbeat)
    if M.version == "3.5.4" then properties = both(properties, confirmation) end
  end
  if options.fast_merge then properties = both(properties, merge) end
  if options.extra then properties = both(properties, options.extra) end
  local scheme = multicast {}
  if options.list then
    scheme = wka { list = options.list }
  elseif options.well_known then
    scheme = wka { well_known = options.well_known }
  end
  M.c = cluster {
    scheme = scheme,
    members = options.members,
    profile = this.profile,
    properties = properties,
    same_host = options.same_host,
    addresses = options.addresses,
    subnets = options.subnets,
    port_auto_increment = options.same_host,
    data = { migration_time = math.floor(1000 * this.migration * migration_load) .. "us" },
  }
  M.members = {}
  for i = 1, options.members do M.members[i] = "n" .. i end
  return M.c
end

-- Everybody but these.
function M.rest(gone)
  local result = {}
  for _, x in ipairs(M.members) do
    local is_gone = false
    for _, y in ipairs(gone) do is_gone = is_gone or x == y end
    if not is_gone then result[#result + 1] = x end
  end
  return result
end

-- --- starting and waiting ---

-- When the program of a member ran its first line.
local starting = {}
M.starting = starting
-- Who certainly has data to bring when it merges, for it was there when the map was filled.
local holds = {}

-- `together`: how many boot at once, this one among them.
function M.spawn(x, properties, together)
  local java = now() + boot_time(this.java, together or 1)
  local boot = boot_time(this.hazelcast, together or 1)
  starting[x] = nil
  holds[x] = nil
  at(java, function()
    starting[x] = now()
    start { x, properties = properties or {}, boot = boot }
  end)
end

function M.spawn_all(group)
  for _, x in ipairs(group) do M.spawn(x, nil, #group) end
end

-- The harness lets few members boot at once, over all clusters that it runs side by side: a start
-- in the middle of a scenario may have to wait (eighths of the recorded ones).
function M.gate()
  run_for(draw { 0, 0.01, 0.01, 0.02, 0.02, 0.05, 0.4, 1.5, 23 })
end

function M.until_started(group, deadline)
  return try_run_until(M.c:members(group):started(), deadline)
end
function M.until_agreed(group, deadline)
  return try_run_until(M.c:members(group):agreed(), deadline)
end

-- The first member alone, then the others together, none waiting before they join.
-- `entries`: the members hold data then, so many entries and one probed key for each member. The
-- harness probed each 500 ms in every scenario; here it is less often, and only where a merge with
-- data is timed, for that is all that is measured of data.
function M.up(group, entries)
  group = group or M.members
  M.spawn(group[1], no_join_wait)
  M.until_started({ group[1] }, "90s")
  for i = 2, #group do M.spawn(group[i], no_join_wait, #group - 1) end
  M.until_started(group, "90s")
  M.until_agreed(group, "30s")
  run_for(0.15 * load)  -- handlers take no time here; on that machine joining took so long
  if entries then
    M.c:probe { entries = entries, interval = "5s" }
    for _, x in ipairs(group) do holds[x] = entries > 0 end
  end
  run_for("3.5s")  -- partitions settle, probes begin
end

-- The harness filled a map with 2000 entries; two for each partition do for the time of a merge.
-- Without `entries` this takes only its time.
function M.up_and_fill(entries)
  M.up(nil, entries)
  run_for(0.4 * load)
end
-- The harness asks a member to count its entries.
function M.ask() run_for(0.05 * load) end

-- --- figures ---

-- The harness names members in lists by their ports where all share one address: 5701 is n1,
-- whoever holds it.
local shown, holder = {}, {}
function M.name_by_port()
  for _, x in ipairs(M.members) do
    shown[x] = "n" .. (tonumber(log:endpoint(x):match(":(%d+)$")) - 5700)
    holder[shown[x]] = x
  end
end
local function names(members)
  local result = {}
  for i, x in ipairs(members) do result[i] = shown[x] or x end
  return result
end

-- A list that a member shows: 3.9 and later show themselves alone before they have joined.
function M.view(x)
  local members = log:view(x)
  if #members == 0 and M.version ~= "3.5.4" and M.c:live(x):holds() then members = { x } end
  return table.concat(names(members), ">")
end

function M.views(group)
  local parts = {}
  for _, x in ipairs(group) do parts[#parts + 1] = x .. ":" .. M.view(x) end
  return table.concat(parts, " | ")
end

local function is_group(members, group)
  if #members ~= #group then return false end
  for _, x in ipairs(group) do
    local found = false
    for _, y in ipairs(members) do found = found or x == y end
    if not found then return false end
  end
  return true
end

local function since(moment, from)
  return moment and moment - from
end

-- When the list of x became exactly this group and stayed so; nil: never.
function M.t_view(x, group, after)
  local moment = nil
  local seen = log:views(x, { after = after })
  for _, view in ipairs(seen) do
    local is_it = is_group(names(view.members), group)
    moment = is_it and (moment or view.at) or nil
  end
  if #seen == 0 and is_group(names(log:view(x)), group) then return after end
  return moment
end

function M.t_first_view(x, group, after)
  for _, view in ipairs(log:views(x, { after = after })) do
    if is_group(names(view.members), group) then return view.at end
  end
  return nil
end

-- The latest of the moments, each taken by f; nil if one is missing.
local function latest(group, f)
  local result = nil
  for _, x in ipairs(group) do
    local moment = f(x)
    if moment == nil then return nil end
    if result == nil or result < moment then result = moment end
  end
  return result
end
M.latest = latest

-- The master that a member names is looked at each 50 ms.
function M.t_master(x, after)
  local views = log:views(x)
  local before = nil
  for _, view in ipairs(views) do
    local master = view.members[1]
    if view.at >= after and before ~= nil and master ~= nil and master ~= before then
      return view.at + 0.05 * math.random()
    end
    before = master or before
  end
  return nil
end

function M.t_started(x, after)
  local moment = log:first { "member_started", by = x, after = after or 0 }
  return moment
end

-- From its first line until its start-up was complete.
function M.start_up(x, after)
  local moment = M.t_started(x, after)
  return moment and starting[x] and moment - starting[x]
end

function M.joins(group, t0)
  for _, x in ipairs(group) do measure("join_ms", M.start_up(x, t0)) end
  measure("all_agree_ms", since(latest(group, function(x) return M.t_view(x, group, t0) end), t0))
  measure("views_at_end", M.views(group))
end

-- Detection, agreement and master switch on each survivor after a fault at t0.
function M.failure(t0, failed, survivors, tag)
  tag = tag or ""
  for _, x in ipairs(survivors) do
    for _, f in ipairs(failed) do
      local removed = log:first { "member_removed", by = x, of = holder[f] or f, after = t0 }
      measure(tag .. "detect_ms", since(removed, t0))
    end
    local switched = M.t_master(x, t0)
    if switched then measure(tag .. "master_switch_ms", switched - t0) end
  end
  local agreed = latest(survivors, function(x) return M.t_first_view(x, survivors, t0) end)
  measure(tag .. "agree_ms", since(agreed, t0))
end

-- Hazelcast is MERGED when the member has joined and what it held is where it now belongs; nil: it
-- was not while it was watched.
function M.t_merged(x, after)
  local joined = log:first { "merge_finished", by = x, after = after }
  local brought = log:first { "data_merged", by = x, after = after }
  if holds[x] then return brought end
  if joined and brought and brought > joined then return brought end
  return joined
end

-- From the heal to one list of the whole group, and who merged.
function M.merge(t_heal, group)
  local one = latest(group, function(x) return M.t_view(x, group, t_heal) end)
  measure("heal_to_one_view_ms", since(one, t_heal))
  local movers = {}
  for _, x in ipairs(group) do
    local merging = log:first { "merge_started", by = x, after = t_heal }
    if merging then
      movers[#movers + 1] = x
      local merged = M.t_merged(x, merging)
      measure("merging_at_ms", merging - t_heal)
      measure("merge_took_ms", since(merged, merging))
    end
  end
  measure("merging_members", #movers == 0 and "none" or table.concat(movers, "+"))
  measure("view_at_end", M.views(group))
end

-- How often the list of x gained or lost a member.
function M.view_changes(x, after)
  return log:count { "member_added", by = x, after = after }
    + log:count { "member_removed", by = x, after = after }
end

return M
