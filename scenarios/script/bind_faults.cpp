// What goes wrong: every function makes one scenarios::Fault and returns a handle to it.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"
#include "engine/base/endpoint.hpp"
#include "scenarios/script/context.hpp"

namespace splitscope::scenarios {
namespace {

// A handler of a real member takes about this long; slow { factor = 20 } multiplies it.
constexpr base::Duration HandlerTime = std::chrono::microseconds{100};
constexpr std::int64_t CountMax = 1'000'000;

// Once, before the first fault that finds a member running.
void let_phase_pass(lua_State* L) {
  ScriptContext& script = context(L);
  if (script.phase_passed || script.in_callback) return;
  for (const MemberState& member : script.world.observation().members()) {
    if (!member.is_live()) continue;
    script.phase_passed = true;
    script.world.run_for(script.options.fault_phase);
    return;
  }
}

int apply(lua_State* L, Fault fault, std::string label) {
  ScriptContext& script = context(L);
  if (script.options.fault_phase > base::Duration::zero()) let_phase_pass(L);
  fault.label = std::move(label);
  fault.line = script_line(L);
  const auto applied = script.world.apply(fault);
  if (!applied.has_value()) fail(L, applied.error().message);
  script.faults.push_back(*applied);
  push_value(L, FaultType, *applied);
  return 1;
}

// The options of an act: the table itself when it is the only argument, else the second one.
int options_index(lua_State* L) {
  return lua_gettop(L) == 1 && lua_type(L, 1) == LUA_TTABLE ? 1 : 2;
}

// kill("n1"), kill { "n1", "n2" }, restart { "n1", after = "5s" }
template <FaultKind Kind>
int act(lua_State* L, const char* function, std::vector<std::string_view> known) {
  Fault fault;
  fault.kind = Kind;
  const Group group = read_group(L, 1, function);
  fault.groups = {group.members};
  const Options options(L, options_index(L), function, std::move(known));
  fault.after = options.duration("after").value_or(base::Duration::zero());
  fault.lasting = options.duration("for_");
  return apply(L, std::move(fault), fmt::format("{}({})", function, group.words));
}

int kill(lua_State* L) {
  return act<FaultKind::Kill>(L, "kill", {});
}
int stop(lua_State* L) {
  return act<FaultKind::Stop>(L, "stop", {});
}
int start(lua_State* L) {
  return act<FaultKind::Start>(L, "start", {});
}
int restart(lua_State* L) {
  return act<FaultKind::Restart>(L, "restart", {"after"});
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
  const Group group = read_group(L, 1, "slow");
  fault.groups = {group.members};
  const Options options(L, options_index(L), "slow", {"factor", "time", "for_"});
  fault.lasting = options.duration("for_");
  if (const auto factor = options.integer("factor", 1, 1'000'000)) {
    fault.delay = HandlerTime * *factor;
  } else {
    fault.delay = options.duration("time").value_or(base::Duration::zero());
  }
  if (fault.delay == base::Duration::zero()) fail(L, "slow: say how slow, for example factor = 20");
  return apply(L, std::move(fault), fmt::format("slow({})", group.words));
}

int address(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::ChangeAddress;
  fault.groups = {{read_member(L, 1, "address")}};
  const auto parsed = base::parse_ipv4(read_text(L, 2, "address: the address"));
  if (!parsed.has_value()) fail(L, "address: " + parsed.error().message);
  fault.address = *parsed;
  return apply(L, std::move(fault), "address");
}

// --- the network ---

// Groups given one after another, with a table of options at the end.
std::vector<Members> read_sides(lua_State* L, const char* function, int& after_last,
                                std::string& words) {
  std::vector<Members> sides;
  int index = 1;
  for (; index <= lua_gettop(L); ++index) {
    const bool is_options = lua_type(L, index) == LUA_TTABLE && lua_rawlen(L, index) == 0;
    if (is_options) break;
    const Group group = read_group(L, index, function);
    words += (words.empty() ? "" : " | ") + group.words;
    sides.push_back(group.members);
  }
  after_last = index;
  return sides;
}

void check_apart(lua_State* L, const char* function, const std::vector<Members>& sides) {
  for (std::size_t a = 0; a < sides.size(); ++a) {
    for (std::size_t b = a + 1; b < sides.size(); ++b) {
      for (const base::NodeId node : sides[a]) {
        if (!std::binary_search(sides[b].begin(), sides[b].end(), node)) continue;
        fail(L, fmt::format("{}: {} is on two sides", function,
                            context(L).world.observation().at(node).name));
      }
    }
  }
}

int partition(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::Partition;
  int rest = 0;
  std::string words;
  fault.groups = read_sides(L, "partition", rest, words);
  if (fault.groups.size() < 2) {
    fail(L,
         "partition: expected two or more groups of members, for example "
         "partition({ \"n1\" }, { \"n2\", \"n3\" })");
  }
  check_apart(L, "partition", fault.groups);
  const Options options(L, rest, "partition", {"for_"});
  fault.lasting = options.duration("for_");
  return apply(L, std::move(fault), fmt::format("partition({})", words));
}

int bridge(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::Bridge;
  int rest = 0;
  std::string words;
  fault.groups = read_sides(L, "bridge", rest, words);
  if (fault.groups.size() != 3) {
    fail(L,
         "bridge: expected two sides and who reaches both, for example "
         "bridge({ \"n1\" }, { \"n2\" }, { \"n3\" })");
  }
  check_apart(L, "bridge", fault.groups);
  const Options options(L, rest, "bridge", {"for_"});
  fault.lasting = options.duration("for_");
  return apply(L, std::move(fault), fmt::format("bridge({})", words));
}

int isolate(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::Isolate;
  const Group group = read_group(L, 1, "isolate");
  fault.groups = {group.members};
  const Options options(L, options_index(L), "isolate", {"for_"});
  fault.lasting = options.duration("for_");
  return apply(L, std::move(fault), fmt::format("isolate({})", group.words));
}

// Reads from, to and for_; says what is missing where both are needed.
std::string read_path(lua_State* L, const Options& options, const char* function, bool needed,
                      Fault& fault) {
  const auto from = options.group("from");
  const auto to = options.group("to");
  if (needed && (!from.has_value() || !to.has_value())) {
    fail(L, fmt::format("{}: needs from and to, for example {} {{ from = \"n1\", to = \"n2\" }}",
                        function, function));
  }
  fault.groups = {from ? from->members : Members{}, to ? to->members : Members{}};
  fault.one_way = options.flag("one_way").value_or(false);
  fault.lasting = options.duration("for_");
  return fmt::format("{}{{{} -> {}}}", function, from ? from->words : "anybody",
                     to ? to->words : "anybody");
}

int cut(lua_State* L) {
  const Options options(L, 1, "cut", {"from", "to", "for_"});
  Fault fault;
  fault.kind = FaultKind::Cut;
  const std::string label = read_path(L, options, "cut", true, fault);
  return apply(L, std::move(fault), label);
}

int flap(lua_State* L) {
  const Options options(L, 1, "flap", {"between", "and_", "period", "down", "for_"});
  Fault fault;
  fault.kind = FaultKind::Flap;
  const auto a = options.group("between");
  const auto b = options.group("and_");
  fault.period = options.duration("period").value_or(base::Duration::zero());
  fault.down = options.duration("down").value_or(base::Duration::zero());
  if (!a.has_value() || !b.has_value() || fault.period == base::Duration::zero()) {
    fail(L,
         "flap: write for example flap { between = \"n1\", and_ = \"n2\", period = \"2s\", "
         "down = \"1s\" }");
  }
  fault.groups = {a->members, b->members};
  check_apart(L, "flap", fault.groups);
  fault.lasting = options.duration("for_");
  return apply(L, std::move(fault), fmt::format("flap({} | {})", a->words, b->words));
}

// delay, duplicate, hold, drop: on messages if a type is named, else on packets.
int on_packets_or_messages(lua_State* L, const char* function, FaultKind packets,
                           FaultKind messages) {
  const Options options(
      L, 1, function,
      {"from", "to", "one_way", "type", "nth", "first", "by", "jitter", "rate", "for_"});
  Fault fault;
  const auto type = options.text("type");
  fault.kind = type.has_value() ? messages : packets;
  if (!type.has_value() && packets == messages) {
    fail(L, fmt::format("{}: name a message type, for example {} {{ type = \"FinalizeJoin\" }}",
                        function, function));
  }
  const std::string label = read_path(L, options, function, false, fault);
  fault.message_type = type.value_or("");
  fault.nth = static_cast<std::uint32_t>(options.integer("nth", 1, CountMax).value_or(0));
  fault.first = static_cast<std::uint32_t>(options.integer("first", 1, CountMax).value_or(0));
  fault.delay = options.duration("by").value_or(base::Duration::zero());
  fault.jitter = options.duration("jitter").value_or(base::Duration::zero());
  fault.probability = options.rate("rate").value_or(base::Probability::always());
  const bool delays = packets == FaultKind::Delay;
  if (delays && fault.delay + fault.jitter == base::Duration::zero()) {
    fail(L, "delay: say by how much, for example delay { from = \"n1\", by = \"100ms\" }");
  }
  return apply(L, std::move(fault), label);
}

int delay(lua_State* L) {
  return on_packets_or_messages(L, "delay", FaultKind::Delay, FaultKind::DelayMessage);
}
int duplicate(lua_State* L) {
  return on_packets_or_messages(L, "duplicate", FaultKind::Duplicate, FaultKind::DuplicateMessage);
}
int hold(lua_State* L) {
  return on_packets_or_messages(L, "hold", FaultKind::Hold, FaultKind::HoldMessage);
}
int drop(lua_State* L) {
  return on_packets_or_messages(L, "drop", FaultKind::DropMessage, FaultKind::DropMessage);
}

int lose(lua_State* L) {
  const Options options(L, 1, "lose", {"from", "to", "one_way", "rate", "burst", "for_"});
  Fault fault;
  fault.kind = FaultKind::Lose;
  const std::string label = read_path(L, options, "lose", false, fault);
  if (options.push("burst")) {
    const Options burst(L, lua_gettop(L), "lose: burst", {"enter", "leave"});
    fault.kind = FaultKind::LoseBurst;
    fault.probability = burst.rate("enter").value_or(base::Probability::from_ratio(1, 100));
    fault.recovery = burst.rate("leave").value_or(base::Probability::from_ratio(1, 4));
  } else if (const auto rate = options.rate("rate")) {
    fault.probability = *rate;
  } else {
    fail(L, "lose: say how much, for example lose { rate = 0.2 }");
  }
  lua_pop(L, 1);
  return apply(L, std::move(fault), label);
}

int reorder(lua_State* L) {
  const Options options(L, 1, "reorder", {"from", "to", "one_way", "rate", "by", "for_"});
  Fault fault;
  fault.kind = FaultKind::Reorder;
  const std::string label = read_path(L, options, "reorder", false, fault);
  fault.probability = options.rate("rate").value_or(base::Probability::from_ratio(1, 10));
  fault.delay = options.duration("by").value_or(std::chrono::milliseconds{5});
  return apply(L, std::move(fault), label);
}

int throttle(lua_State* L) {
  const Options options(L, 1, "throttle", {"from", "to", "one_way", "bits_per_second", "for_"});
  Fault fault;
  fault.kind = FaultKind::Throttle;
  const std::string label = read_path(L, options, "throttle", false, fault);
  const auto rate = options.integer("bits_per_second", 1, std::int64_t{1} << 40);
  if (!rate.has_value()) fail(L, "throttle: say to what, for example bits_per_second = 64000");
  fault.bits_per_second = static_cast<std::uint64_t>(*rate);
  return apply(L, std::move(fault), label);
}

int reject(lua_State* L) {
  const Options options(L, 1, "reject", {"from", "to", "one_way", "for_"});
  Fault fault;
  fault.kind = FaultKind::Reject;
  const std::string label = read_path(L, options, "reject", false, fault);
  return apply(L, std::move(fault), label);
}

int block(lua_State* L) {
  const Options options(L, 1, "block", {"multicast", "from", "to", "for_"});
  if (!options.flag("multicast").value_or(false)) {
    fail(L, "block: write block { multicast = true }; for a port there is close_port");
  }
  Fault fault;
  fault.kind = FaultKind::BlockMulticast;
  const std::string label = read_path(L, options, "block multicast", false, fault);
  return apply(L, std::move(fault), label);
}

int close_port(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::ClosePort;
  const Group group = read_group(L, 1, "close_port");
  fault.groups = {group.members};
  const Options options(L, options_index(L), "close_port", {"port", "for_"});
  fault.port = static_cast<std::uint16_t>(options.integer("port", 1, 65535).value_or(0));
  if (fault.port == 0) fail(L, "close_port: name the port, for example port = 5701");
  fault.lasting = options.duration("for_");
  return apply(L, std::move(fault), fmt::format("close_port({})", group.words));
}

// --- clocks and operators ---

// "+130s" or "-2s"
base::Duration read_step(lua_State* L, int index) {
  const std::string text = read_text(L, index, "clock.step: the step");
  const bool signed_text = !text.empty() && (text[0] == '+' || text[0] == '-');
  const auto duration = base::parse_duration(signed_text ? text.substr(1) : text);
  if (!duration.has_value() || !signed_text) {
    fail(L, fmt::format("clock.step: \"{}\" is no step; write for example \"+130s\" or \"-2s\"",
                        text));
  }
  return text[0] == '-' ? -*duration : *duration;
}

int clock_step(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::ClockStep;
  const Group group = read_group(L, 1, "clock.step");
  fault.groups = {group.members};
  fault.step = read_step(L, 2);
  return apply(L, std::move(fault), fmt::format("clock.step({})", group.words));
}

int clock_drift(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::ClockDrift;
  const Group group = read_group(L, 1, "clock.drift");
  fault.groups = {group.members};
  const std::string text = read_text(L, 2, "clock.drift: the drift");
  char* end = nullptr;
  const double ppm = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || std::string_view(end) != "ppm" || std::abs(ppm) > 1e5) {
    fail(L, fmt::format("clock.drift: \"{}\" is no drift; write for example \"200ppm\"", text));
  }
  fault.parts_per_billion = std::llround(ppm * 1000);
  return apply(L, std::move(fault), fmt::format("clock.drift({})", group.words));
}

int wrong_list(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::WrongList;
  const Group group = read_group(L, 1, "wrong_list");
  fault.groups = {group.members};
  fault.text = read_text(L, 2, "wrong_list: the list");
  return apply(L, std::move(fault), fmt::format("wrong_list({})", group.words));
}

int wrong_domain(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::WrongDomain;
  const Group group = read_group(L, 1, "wrong_domain");
  fault.groups = {group.members};
  fault.text = read_text(L, 2, "wrong_domain: the domain");
  return apply(L, std::move(fault), fmt::format("wrong_domain({})", group.words));
}

int restart_all(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::Restart;
  const Group group = read_group(L, 1, "restart_all");
  fault.groups = {group.members};
  const Options options(L, 2, "restart_all", {"after"});
  fault.after = options.duration("after").value_or(base::Duration::zero());
  return apply(L, std::move(fault), "restart_all");
}

// --- handles ---

FaultId handle(lua_State* L, const char* function) {
  const auto* id = test_value<FaultId>(L, 1, FaultType);
  if (id == nullptr) fail(L, fmt::format("{}: call it with a colon on a fault's handle", function));
  return *id;
}

int heal(lua_State* L) {
  context(L).world.heal(handle(L, "heal"));
  return 0;
}

int effect(lua_State* L) {
  const Effect effect = context(L).world.effect(handle(L, "effect"));
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
  set("processes", effect.processes);
  set("hosts", effect.hosts);
  set("clocks", effect.clocks);
  return 1;
}

int heal_all(lua_State* L) {
  for (const FaultId fault : context(L).faults) context(L).world.heal(fault);
  return 0;
}

constexpr luaL_Reg FaultMethods[] = {
    {"heal", heal}, {"release", heal}, {"effect", effect}, {nullptr, nullptr}};

constexpr luaL_Reg Functions[] = {{"kill", kill},
                                  {"stop", stop},
                                  {"start", start},
                                  {"restart", restart},
                                  {"pause", pause},
                                  {"resume", resume},
                                  {"power_off", power_off},
                                  {"power_on", power_on},
                                  {"reboot", reboot},
                                  {"slow", slow},
                                  {"address", address},
                                  {"partition", partition},
                                  {"bridge", bridge},
                                  {"isolate", isolate},
                                  {"cut", cut},
                                  {"flap", flap},
                                  {"delay", delay},
                                  {"duplicate", duplicate},
                                  {"hold", hold},
                                  {"drop", drop},
                                  {"lose", lose},
                                  {"reorder", reorder},
                                  {"throttle", throttle},
                                  {"reject", reject},
                                  {"block", block},
                                  {"close_port", close_port},
                                  {"wrong_list", wrong_list},
                                  {"wrong_domain", wrong_domain},
                                  {"restart_all", restart_all},
                                  {"heal_all", heal_all},
                                  {nullptr, nullptr}};

constexpr luaL_Reg ClockFunctions[] = {
    {"step", clock_step}, {"drift", clock_drift}, {nullptr, nullptr}};

}  // namespace

void bind_faults(lua_State* L) {
  define_type<FaultId>(L, FaultType, FaultMethods);
  for (const luaL_Reg* entry = Functions; entry->name != nullptr; ++entry) {
    lua_register(L, entry->name, entry->func);
  }
  lua_newtable(L);
  luaL_setfuncs(L, ClockFunctions, 0);
  lua_setglobal(L, "clock");
}

}  // namespace splitscope::scenarios
