// What happens to packets on the way, and to messages by type: delay, lose, duplicate, reorder,
// throttle, block, reject, hold, drop.
#include <fmt/format.h>

#include "scenarios/script/acts.hpp"
#include "scenarios/script/message_types.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::int64_t CountMax = 1'000'000;
constexpr std::int64_t BitsMax = std::int64_t{1} << 40;

// Reads from, to, one_way and for_; returns the label.
std::string read_path(const Options& options, const char* function, Fault& fault) {
  const auto from = options.group("from");
  const auto to = options.group("to");
  fault.groups = {from ? from->members : Members{}, to ? to->members : Members{}};
  fault.one_way = options.flag("one_way").value_or(false);
  fault.lasting = options.duration("for_");
  const std::string type = fault.message_type.empty() ? "" : fault.message_type + ": ";
  const char* arrow = fault.one_way || !type.empty() ? "->" : "<->";
  return fmt::format("{}({}{} {} {})", function, type, from ? from->words : "anybody", arrow,
                     to ? to->words : "anybody");
}

// On messages, if a type is named: after reassembly at the receiver.
int on_messages(lua_State* L, const char* function, FaultKind kind) {
  const bool delays = kind == FaultKind::DelayMessage;
  std::vector<std::string_view> known{"type", "from", "to", "nth", "first", "for_"};
  if (delays) known.emplace_back("by");
  const Options options(L, 1, function, known);
  Fault fault;
  fault.kind = kind;
  fault.message_type = read_message_type(L, options, function);
  const std::string label = read_path(options, function, fault);
  fault.nth = static_cast<std::uint32_t>(options.integer("nth", 1, CountMax).value_or(0));
  fault.first = static_cast<std::uint32_t>(options.integer("first", 1, CountMax).value_or(0));
  fault.delay = options.duration("by").value_or(base::Duration::zero());
  if (delays && fault.delay <= base::Duration::zero()) {
    fail(L, "delay: say by how much, for example delay { type = \"Heartbeat\", by = \"100ms\" }");
  }
  return push_fault(L, std::move(fault), label);
}

bool names_type(lua_State* L) {
  if (lua_type(L, 1) != LUA_TTABLE) return false;
  lua_pushliteral(L, "type");
  const bool found = lua_rawget(L, 1) != LUA_TNIL;
  lua_pop(L, 1);
  return found;
}

int drop(lua_State* L) {
  return on_messages(L, "drop", FaultKind::DropMessage);
}

int delay(lua_State* L) {
  if (names_type(L)) return on_messages(L, "delay", FaultKind::DelayMessage);
  const Options options(L, 1, "delay",
                        {"from", "to", "one_way", "by", "jitter", "rate", "type", "for_"});
  Fault fault;
  fault.kind = FaultKind::Delay;
  const std::string label = read_path(options, "delay", fault);
  fault.delay = options.duration("by").value_or(base::Duration::zero());
  fault.jitter = options.duration("jitter").value_or(base::Duration::zero());
  fault.probability = options.rate("rate").value_or(base::Probability::always());
  if (fault.delay + fault.jitter <= base::Duration::zero()) {
    fail(L, "delay: say by how much, for example delay { from = \"n1\", by = \"100ms\" }");
  }
  return push_fault(L, std::move(fault), label);
}

int duplicate(lua_State* L) {
  if (names_type(L)) return on_messages(L, "duplicate", FaultKind::DuplicateMessage);
  const Options options(L, 1, "duplicate", {"from", "to", "one_way", "rate", "by", "type", "for_"});
  Fault fault;
  fault.kind = FaultKind::Duplicate;
  const std::string label = read_path(options, "duplicate", fault);
  fault.probability = options.rate("rate").value_or(base::Probability::always());
  fault.delay = options.duration("by").value_or(base::Duration::zero());
  return push_fault(L, std::move(fault), label);
}

int hold(lua_State* L) {
  if (names_type(L)) return on_messages(L, "hold", FaultKind::HoldMessage);
  const Options options(L, 1, "hold", {"from", "to", "one_way", "type", "for_"});
  Fault fault;
  fault.kind = FaultKind::Hold;
  const std::string label = read_path(options, "hold", fault);
  return push_fault(L, std::move(fault), label);
}

int lose(lua_State* L) {
  constexpr base::Probability EnterDefault{std::uint64_t{1} << 57};  // 1 in 128
  constexpr base::Probability LeaveDefault{std::uint64_t{1} << 62};  // 1 in 4
  const Options options(L, 1, "lose", {"from", "to", "one_way", "rate", "burst", "for_"});
  Fault fault;
  fault.kind = FaultKind::Lose;
  const std::string label = read_path(options, "lose", fault);
  const auto rate = options.rate("rate");
  const bool in_bursts = options.push("burst");
  if (rate.has_value() == in_bursts) {
    fail(L,
         "lose: say how much, for example lose { rate = 0.2 } or "
         "lose { burst = { enter = 0.01, leave = 0.25 } }");
  }
  if (in_bursts) {
    const Options burst(L, lua_gettop(L), "lose: burst", {"enter", "leave"});
    fault.kind = FaultKind::LoseBurst;
    fault.probability = burst.rate("enter").value_or(EnterDefault);
    fault.recovery = burst.rate("leave").value_or(LeaveDefault);
  } else {
    fault.probability = *rate;
  }
  lua_pop(L, 1);
  return push_fault(L, std::move(fault), label);
}

int reorder(lua_State* L) {
  const Options options(L, 1, "reorder", {"from", "to", "one_way", "rate", "by", "for_"});
  Fault fault;
  fault.kind = FaultKind::Reorder;
  const std::string label = read_path(options, "reorder", fault);
  fault.probability =
      options.rate("rate").value_or(base::Probability{std::uint64_t{1} << 61});  // 1 in 8
  fault.delay = options.duration("by").value_or(std::chrono::milliseconds{5});
  return push_fault(L, std::move(fault), label);
}

int throttle(lua_State* L) {
  const Options options(L, 1, "throttle", {"from", "to", "one_way", "bits_per_second", "for_"});
  Fault fault;
  fault.kind = FaultKind::Throttle;
  const std::string label = read_path(options, "throttle", fault);
  const auto rate = options.integer("bits_per_second", 1, BitsMax);
  if (!rate.has_value()) fail(L, "throttle: say to what, for example bits_per_second = 64000");
  fault.bits_per_second = static_cast<std::uint64_t>(*rate);
  return push_fault(L, std::move(fault), label);
}

int reject(lua_State* L) {
  const Options options(L, 1, "reject", {"from", "to", "one_way", "for_"});
  Fault fault;
  fault.kind = FaultKind::Reject;
  const std::string label = read_path(options, "reject", fault);
  return push_fault(L, std::move(fault), label);
}

int block(lua_State* L) {
  const Options options(L, 1, "block", {"multicast", "from", "to", "for_"});
  if (!options.flag("multicast").value_or(false)) {
    fail(L, "block: write block { multicast = true }; for a port there is close_port");
  }
  Fault fault;
  fault.kind = FaultKind::BlockMulticast;
  const std::string label = read_path(options, "block multicast", fault);
  return push_fault(L, std::move(fault), label);
}

constexpr luaL_Reg TrafficFaultFunctions[] = {
    {"drop", drop},   {"delay", delay},     {"duplicate", duplicate}, {"hold", hold},
    {"lose", lose},   {"reorder", reorder}, {"throttle", throttle},   {"reject", reject},
    {"block", block}, {nullptr, nullptr}};

}  // namespace

void bind_traffic_faults(lua_State* L) {
  for (const luaL_Reg* entry = TrafficFaultFunctions; entry->name != nullptr; ++entry) {
    lua_register(L, entry->name, entry->func);
  }
}

}  // namespace splitscope::scenarios
