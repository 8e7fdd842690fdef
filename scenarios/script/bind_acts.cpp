// Acts on processes and hosts, and what can be done with the handle of any fault.
#include <fmt/format.h>

#include "engine/base/utf8.hpp"
#include "scenarios/script/acts.hpp"

namespace splitscope::scenarios {
namespace {

// A handler of a real member takes about this long; slow { factor = 20 } multiplies it.
constexpr base::Duration HandlerTime = std::chrono::microseconds{100};
constexpr std::int64_t FactorMax = 1'000'000;

// Once, before the first fault that finds a member running.
void let_phase_pass(lua_State* L) {
  ScriptContext& script = context(L);
  const base::Duration phase = script.options.fault_phase;
  if (phase <= base::Duration::zero() || script.phase_passed || script.in_callback) return;
  for (const MemberState& member : script.world.observation().members()) {
    if (!member.is_live()) continue;
    script.phase_passed = true;
    if (!script.world.run_for(phase)) stop_script(L);
    return;
  }
}

template <FaultKind Kind>
int act(lua_State* L, const char* function, std::vector<std::string_view> known) {
  Fault fault;
  fault.kind = Kind;
  const Group group = read_subject(L, function);
  fault.groups = {group.members};
  const Options options(L, options_index(L, function), function, std::move(known));
  fault.after = options.duration("after").value_or(base::Duration::zero());
  fault.lasting = options.duration("for_");
  return push_fault(L, std::move(fault), fmt::format("{}({})", function, group.words));
}

int kill(lua_State* L) {
  return act<FaultKind::Kill>(L, "kill", {});
}
int stop(lua_State* L) {
  return act<FaultKind::Stop>(L, "stop", {});
}
int start(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::Start;
  const Group group = read_subject(L, "start");
  fault.groups = {group.members};
  const Options options(L, options_index(L, "start"), "start", {"properties", "boot"});
  fault.boot = options.duration("boot");
  fault.properties = options.properties("properties");
  return push_fault(L, std::move(fault), fmt::format("start({})", group.words));
}
int restart(lua_State* L) {
  return act<FaultKind::Restart>(L, "restart", {"after"});
}
int restart_all(lua_State* L) {
  return act<FaultKind::Restart>(L, "restart_all", {"after"});
}
int pause(lua_State* L) {
  return act<FaultKind::Pause>(L, "pause", {"for_"});
}
int resume(lua_State* L) {
  return act<FaultKind::Resume>(L, "resume", {});
}
int power_off(lua_State* L) {
  return act<FaultKind::PowerOff>(L, "power_off", {});
}
int power_on(lua_State* L) {
  return act<FaultKind::PowerOn>(L, "power_on", {});
}
int reboot(lua_State* L) {
  return act<FaultKind::Reboot>(L, "reboot", {"after"});
}

int slow(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::Slow;
  const Group group = read_subject(L, "slow");
  fault.groups = {group.members};
  const Options options(L, options_index(L, "slow"), "slow", {"factor", "time", "for_"});
  fault.lasting = options.duration("for_");
  if (const auto factor = options.integer("factor", 1, FactorMax)) {
    fault.delay = HandlerTime * *factor;
  } else {
    fault.delay = options.duration("time").value_or(base::Duration::zero());
  }
  if (fault.delay <= base::Duration::zero()) {
    fail(L, "slow: say how slow, for example slow { \"n1\", factor = 20 }");
  }
  return push_fault(L, std::move(fault), fmt::format("slow({})", group.words));
}

int address(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::ChangeAddress;
  const Group group = read_subject(L, "address");
  fault.groups = {{read_member(L, 1, "address")}};
  const auto parsed = base::parse_ipv4(read_text(L, 2, "address: the address"));
  if (!parsed.has_value()) fail(L, "address: " + parsed.error().message);
  fault.address = *parsed;
  return push_fault(L, std::move(fault), fmt::format("address({})", group.words));
}

// --- handles ---

FaultId read_handle(lua_State* L, const char* function) {
  const auto* id = test_value<FaultId>(L, 1);
  if (id == nullptr) {
    fail(L, fmt::format("{}: call it with a colon on what a fault returned, for example f:{}()",
                        function, function));
  }
  return *id;
}

int heal(lua_State* L) {
  heal_fault(context(L), read_handle(L, "heal"));
  return 0;
}

// release() on a handle, release(f) as a function: the word for holds.
int release(lua_State* L) {
  heal_fault(context(L), read_handle(L, "release"));
  return 0;
}

int effect(lua_State* L) {
  const Effect effect = context(L).world.effect(read_handle(L, "effect"));
  lua_newtable(L);
  const auto set = [L](const char* name, std::uint64_t value) {
    lua_pushinteger(L, static_cast<lua_Integer>(value));
    lua_setfield(L, -2, name);
  };
  set("packets", effect.packets_matched);
  set("dropped", effect.packets_dropped);
  set("delayed", effect.packets_delayed);
  set("changed", effect.packets_changed);
  set("messages", effect.messages);
  set("connections", effect.connections);
  set("processes", effect.processes);
  set("hosts", effect.hosts);
  set("clocks", effect.clocks);
  set("calls", effect.calls);
  return 1;
}

int heal_all(lua_State* L) {
  ScriptContext& script = context(L);
  for (const FaultId fault : script.faults) heal_fault(script, fault);
  return 0;
}

int fault_text(lua_State* L) {
  const ScriptContext& script = context(L);
  const Fault& fault = script.world.faults()[read_handle(L, "tostring").value].fault;
  lua_pushlstring(L, fault.label.data(), fault.label.size());
  return 1;
}

constexpr luaL_Reg FaultMethods[] = {
    {"heal", heal}, {"release", release}, {"effect", effect}, {nullptr, nullptr}};

constexpr luaL_Reg ActFunctions[] = {{"kill", kill},
                                     {"stop", stop},
                                     {"start", start},
                                     {"restart", restart},
                                     {"restart_all", restart_all},
                                     {"pause", pause},
                                     {"resume", resume},
                                     {"slow", slow},
                                     {"power_off", power_off},
                                     {"power_on", power_on},
                                     {"reboot", reboot},
                                     {"address", address},
                                     {"release", release},
                                     {"heal_all", heal_all},
                                     {nullptr, nullptr}};

}  // namespace

FaultId apply_fault(lua_State* L, Fault fault, std::string label) {
  ScriptContext& script = context(L);
  if (script.faults.size() >= Limits::FaultsMax) {
    fail(L, fmt::format("a script may have at most {} faults", Limits::FaultsMax));
  }
  let_phase_pass(L);
  fault.label = base::well_formed_utf8(label);
  fault.line = script_line(L);
  const base::Instant now = script.world.now();
  const auto applied = script.world.apply(fault);
  if (!applied.has_value() && is_beyond_world(applied.error())) {
    stop_beyond_world(L, applied.error());
  }
  if (!applied.has_value()) fail(L, applied.error().message);
  script.literal.fault(now, *applied, fault);
  script.faults.push_back(*applied);
  return *applied;
}

int push_fault(lua_State* L, Fault fault, std::string label) {
  push_value(L, apply_fault(L, std::move(fault), std::move(label)));
  return 1;
}

void heal_fault(ScriptContext& script, FaultId fault) {
  const auto is_healed = [&] { return script.world.faults()[fault.value].healed_at.has_value(); };
  if (is_healed()) return;
  script.world.heal(fault);
  if (is_healed()) script.literal.heal(script.world.now(), fault);
}

Group read_subject(lua_State* L, const char* function) {
  Group group = read_group(L, 1, function);
  if (group.members.empty()) {
    fail(L, fmt::format("{}: names no member; write for example {}(\"n1\")", function, function));
  }
  return group;
}

int options_index(lua_State* L, const char* function) {
  if (lua_gettop(L) == 1 && lua_type(L, 1) == LUA_TTABLE) return 1;
  if (!lua_isnoneornil(L, 2) && lua_type(L, 2) != LUA_TTABLE) {
    fail(L, fmt::format("{}: expected members and a table of options; for several members write "
                        "{} {{ \"n1\", \"n2\" }}",
                        function, function));
  }
  return 2;
}

void bind_acts(lua_State* L) {
  define_type<FaultId>(L, FaultMethods);
  add_metamethod(L, TypeName<FaultId>, "__tostring", fault_text);
  for (const luaL_Reg* entry = ActFunctions; entry->name != nullptr; ++entry) {
    lua_register(L, entry->name, entry->func);
  }
}

}  // namespace splitscope::scenarios
