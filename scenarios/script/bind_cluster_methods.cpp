// A cluster's methods.
#include <fmt/format.h>

#include "scenarios/script/acts.hpp"
#include "scenarios/script/cluster_methods.hpp"
#include "scenarios/script/goal_monitors.hpp"

namespace splitscope::scenarios {
namespace {

// What a cluster should do; reported for every run, and decided only where the script expects it.
// Larger clusters are left out, since judging a moment takes members x members.
void report_goals(ScriptContext& script, ClusterId id) {
  constexpr std::size_t MembersMax = 64;
  if (script.world.observation().cluster_members(id.value).size() > MembersMax) return;
  for (const Goal goal : AllGoals) {
    MonitorSpec spec = goal_monitor(script.world, id, goal);
    spec.decides = false;
    script.world.add_monitor(spec);
  }
}

int start_cluster(lua_State* L) {
  const ClusterId id = read_self(L, "start");
  const Options options(L, 2, "start", {"together", "stagger"});
  StartOptions start;
  start.together = options.flag("together").value_or(false);
  start.stagger = options.duration("stagger").value_or(base::Duration::zero());
  if (start.together && options.has("stagger")) {
    fail(L, "start: together and stagger exclude each other");
  }
  ScriptContext& script = context(L);
  script.literal.start(script.world.now(), id, start);
  script.world.start(id, start);
  if (script.started.insert(id.value).second) report_goals(script, id);
  return 0;
}

template <base::Duration ClusterBounds::* Bound>
int bound(lua_State* L) {
  push_value(L, context(L).world.bounds(read_self(L, "a bound")).*Bound);
  return 1;
}

// The first configured member that was never started.
base::NodeId next_spare(lua_State* L, ClusterId id, const char* function) {
  const Observation& observation = context(L).world.observation();
  for (const base::NodeId node : observation.cluster_members(id.value)) {
    const MemberState& state = observation.at(node);
    if (!state.process_running && !state.start_pending && state.incarnation.value == 0) {
      return node;
    }
  }
  fail(L, fmt::format("{}: no member is left to start; write for example cluster {{ spares = 1 }}",
                      function));
}

int spare(lua_State* L) {
  const ClusterId id = read_self(L, "spare");
  push_value(L, make_group(L, {next_spare(L, id, "spare")}, id.value));
  return 1;
}

// Starts a spare, with a list or a cluster name of its own if it is given one.
int add_member(lua_State* L) {
  const ClusterId id = read_self(L, "add_member");
  const Options options(L, 2, "add_member", {"list", "domain"});
  const Group group = make_group(L, {next_spare(L, id, "add_member")}, id.value);
  Fault fault;
  fault.groups = {group.members};
  if (options.push("list")) {
    fault.kind = FaultKind::WrongList;
    fault.text =
        fmt::format("{}", fmt::join(read_texts(L, lua_gettop(L), "add_member: list"), ","));
    apply_fault(L, fault, fmt::format("add_member({}): list", group.words));
  }
  lua_pop(L, 1);
  if (const auto domain = options.text("domain")) {
    fault.kind = FaultKind::WrongDomain;
    fault.text = *domain;
    apply_fault(L, fault, fmt::format("add_member({}): domain", group.words));
  }
  fault.kind = FaultKind::Start;
  fault.text.clear();
  apply_fault(L, fault, fmt::format("add_member({})", group.words));
  push_value(L, group);
  return 1;
}

// A member leaves for good: a graceful shutdown.
int remove_member(lua_State* L) {
  read_self(L, "remove");
  const Group group = read_group(L, 2, "remove");
  if (group.members.empty()) fail(L, "remove: names no member");
  Fault fault;
  fault.kind = FaultKind::Stop;
  fault.groups = {group.members};
  return push_fault(L, std::move(fault), fmt::format("remove({})", group.words));
}

constexpr luaL_Reg Methods[] = {{"start", start_cluster},
                                {"join_bound", bound<&ClusterBounds::join>},
                                {"detect_bound", bound<&ClusterBounds::detect>},
                                {"elect_bound", bound<&ClusterBounds::elect>},
                                {"merge_bound", bound<&ClusterBounds::merge>},
                                {"spare", spare},
                                {"add_member", add_member},
                                {"remove", remove_member},
                                {nullptr, nullptr}};

}  // namespace

void define_cluster_type(lua_State* L) {
  define_type<ClusterId>(L, Methods);
}

}  // namespace splitscope::scenarios
