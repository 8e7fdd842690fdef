// What keeps members apart: partition, cut, isolate, bridge, flap, close_port.
#include <algorithm>

#include <fmt/format.h>

#include "scenarios/script/acts.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::size_t SidesMax = 100;

// Groups side by side, and where the options behind them are.
struct Sides {
  std::vector<Members> groups;
  std::string words;
  int options = 0;
};

void add_side(lua_State* L, const char* function, Sides& sides) {
  const Group group = read_group(L, lua_gettop(L), function);
  if (group.members.empty()) fail(L, fmt::format("{}: a side names no member", function));
  if (sides.groups.size() == SidesMax) {
    fail(L, fmt::format("{}: at most {} sides", function, SidesMax));
  }
  sides.words += (sides.words.empty() ? "" : " | ") + group.words;
  sides.groups.push_back(group.members);
}

bool has_text_keys(lua_State* L, int index) {
  return lua_type(L, index) == LUA_TTABLE && !text_keys(L, index).empty();
}

void check_apart(lua_State* L, const char* function, const std::vector<Members>& sides) {
  Members seen;
  for (const Members& side : sides) {
    for (const base::NodeId node : side) {
      const auto at = std::lower_bound(seen.begin(), seen.end(), node);
      if (at != seen.end() && *at == node) {
        fail(L, fmt::format("{}: {} is on two sides", function,
                            context(L).world.observation().at(node).name));
      }
      seen.insert(at, node);
    }
  }
}

// f(a, b, { options }), or f { a, b, options }.
Sides read_sides(lua_State* L, const char* function) {
  Sides sides;
  const int count = lua_gettop(L);
  if (count == 1 && has_text_keys(L, 1)) {
    sides.options = 1;
    const lua_Integer size = read_list_size(L, 1, function);
    for (lua_Integer i = 1; i <= size; ++i) {
      lua_rawgeti(L, 1, i);
      add_side(L, function, sides);
      lua_pop(L, 1);
    }
  } else {
    int index = 1;
    for (; index <= count && !has_text_keys(L, index); ++index) {
      if (index == count && index > 1 && lua_type(L, index) == LUA_TTABLE &&
          lua_rawlen(L, index) == 0) {
        break;  // an empty table of options
      }
      lua_pushvalue(L, index);
      add_side(L, function, sides);
      lua_pop(L, 1);
    }
    if (index < count) {
      fail(L, fmt::format("{}: the table of options comes last", function));
    }
    sides.options = index;
  }
  check_apart(L, function, sides.groups);
  return sides;
}

int partition(lua_State* L) {
  Sides sides = read_sides(L, "partition");
  if (sides.groups.size() < 2) {
    fail(L,
         "partition: expected two or more groups of members, for example "
         "partition({ \"n1\" }, { \"n2\", \"n3\" })");
  }
  const Options options(L, sides.options, "partition", {"for_"});
  Fault fault;
  fault.kind = FaultKind::Partition;
  fault.groups = std::move(sides.groups);
  fault.lasting = options.duration("for_");
  return push_fault(L, std::move(fault), fmt::format("partition({})", sides.words));
}

int bridge(lua_State* L) {
  Sides sides = read_sides(L, "bridge");
  if (sides.groups.size() != 3) {
    fail(L,
         "bridge: expected two sides and who reaches both, for example "
         "bridge({ \"n1\" }, { \"n2\" }, { \"n3\" })");
  }
  const Options options(L, sides.options, "bridge", {"for_"});
  Fault fault;
  fault.kind = FaultKind::Bridge;
  fault.groups = std::move(sides.groups);
  fault.lasting = options.duration("for_");
  return push_fault(L, std::move(fault), fmt::format("bridge({})", sides.words));
}

int flap(lua_State* L) {
  Sides sides = read_sides(L, "flap");
  const Options options(L, sides.options, "flap", {"period", "down", "for_"});
  const auto period = options.duration("period");
  const auto down = options.duration("down");
  if (sides.groups.size() < 2 || !period.has_value() || !down.has_value()) {
    fail(L,
         "flap: expected two or more groups, a period and how long it is down in each, for example "
         "flap(\"n1\", \"n2\", { period = \"2s\", down = \"1s\" })");
  }
  if (*down <= base::Duration::zero() || *down >= *period) {
    fail(L, "flap: down must be above 0 and below period");
  }
  Fault fault;
  fault.kind = FaultKind::Flap;
  fault.groups = std::move(sides.groups);
  fault.period = *period;
  fault.down = *down;
  fault.lasting = options.duration("for_");
  return push_fault(L, std::move(fault), fmt::format("flap({})", sides.words));
}

int isolate(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::Isolate;
  const Group group = read_subject(L, "isolate");
  fault.groups = {group.members};
  const Options options(L, options_index(L, "isolate"), "isolate", {"for_", "cable"});
  fault.all_frames = options.flag("cable").value_or(false);
  fault.lasting = options.duration("for_");
  return push_fault(L, std::move(fault), fmt::format("isolate({})", group.words));
}

int close_port(lua_State* L) {
  Fault fault;
  fault.kind = FaultKind::ClosePort;
  const Group group = read_subject(L, "close_port");
  fault.groups = {group.members};
  const Options options(L, options_index(L, "close_port"), "close_port", {"port", "for_"});
  fault.port = static_cast<std::uint16_t>(options.integer("port", 1, 65535).value_or(0));
  if (fault.port == 0) {
    fail(L, "close_port: name the port, for example close_port { \"n1\", port = 5701 }");
  }
  fault.lasting = options.duration("for_");
  return push_fault(L, std::move(fault), fmt::format("close_port({})", group.words));
}

// One way: from hears of nothing, to hears nothing.
int cut(lua_State* L) {
  const Options options(L, 1, "cut", {"from", "to", "for_"});
  const auto from = options.group("from");
  const auto to = options.group("to");
  if (!from.has_value() || !to.has_value() || from->members.empty() || to->members.empty()) {
    fail(L, "cut: needs from and to, for example cut { from = \"n1\", to = \"n2\" }");
  }
  Fault fault;
  fault.kind = FaultKind::Cut;
  fault.groups = {from->members, to->members};
  check_apart(L, "cut", fault.groups);
  fault.lasting = options.duration("for_");
  return push_fault(L, std::move(fault), fmt::format("cut({} -> {})", from->words, to->words));
}

constexpr luaL_Reg NetworkFaultFunctions[] = {
    {"partition", partition},   {"bridge", bridge}, {"flap", flap},    {"isolate", isolate},
    {"close_port", close_port}, {"cut", cut},       {nullptr, nullptr}};

}  // namespace

void bind_network_faults(lua_State* L) {
  for (const luaL_Reg* entry = NetworkFaultFunctions; entry->name != nullptr; ++entry) {
    lua_register(L, entry->name, entry->func);
  }
}

}  // namespace splitscope::scenarios
