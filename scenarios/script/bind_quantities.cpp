// Numbers that are compared through methods, since Lua turns < and == into plain booleans.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "scenarios/script/conditions.hpp"
#include "scenarios/script/message_types.hpp"

namespace splitscope::scenarios {

struct Quantity {
  enum class Kind : std::uint8_t { Masters, Islands, Size, Messages, Availability, Clients };
  Kind kind = Kind::Masters;
  std::uint32_t cluster = 0;
  base::NodeId member;
  std::string words;  // of the member, or the type of message
  std::string literal;
};
template <>
inline constexpr const char* TypeName<Quantity> = "quantity";

namespace {

constexpr std::int64_t BoundMax = std::int64_t{1} << 40;

Condition compare(const Quantity& quantity, char relation, std::uint64_t bound) {
  const auto small = static_cast<std::uint32_t>(std::min<std::uint64_t>(bound, 0xffff'ffff));
  switch (quantity.kind) {
    case Quantity::Kind::Masters:
      return Condition::masters_compare(quantity.cluster, relation, small);
    case Quantity::Kind::Islands:
      return Condition::islands_compare(quantity.cluster, relation, small);
    case Quantity::Kind::Size:
      return Condition::size_compare(quantity.member, relation, small, quantity.words);
    case Quantity::Kind::Messages:
      return Condition::messages_compare(quantity.words, relation, bound);
    case Quantity::Kind::Availability:
      return Condition::availability_compare(relation, bound);
    case Quantity::Kind::Clients:
      return Condition::clients_compare(relation, bound);
  }
  return Condition::constant(false);
}

constexpr const char* relation_name(char relation) {
  switch (relation) {
    case '>':
      return "above";
    case '<':
      return "below";
    case 'g':
      return "at_least";
    case 'l':
      return "at_most";
    default:
      return "equals";
  }
}

int compare_part(lua_State* L, const Quantity& quantity, char relation) {
  const char* function = relation_name(relation);
  const lua_Number part = lua_type(L, 2) == LUA_TNUMBER ? lua_tonumber(L, 2) : -1;
  if (!(part >= 0) || part > 1) {
    fail(L, fmt::format("{}: an availability is compared with a part between 0 and 1, not {}",
                        function, shown(L, 2)));
  }
  const auto ppm = static_cast<std::uint64_t>(std::llround(part * 1e6));
  return push_condition(L, compare(quantity, relation, ppm),
                        fmt::format("{}:{}({:.17g})", quantity.literal, function, part));
}

bool is_part(const Quantity& quantity) {
  return quantity.kind == Quantity::Kind::Availability || quantity.kind == Quantity::Kind::Clients;
}

template <char Relation>
int compare_quantity(lua_State* L) {
  const char* function = relation_name(Relation);
  const auto* quantity = test_value<Quantity>(L, 1);
  if (quantity == nullptr) {
    fail(L, fmt::format("{}: call it with a colon, for example c:masters():above(1)", function));
  }
  if (is_part(*quantity)) return compare_part(L, *quantity, Relation);
  const std::int64_t bound = read_integer(L, 2, function, 0, BoundMax);
  return push_condition(L, compare(*quantity, Relation, static_cast<std::uint64_t>(bound)),
                        fmt::format("{}:{}({})", quantity->literal, function, bound));
}

int compare_plainly(lua_State* L) {
  fail(L,
       "a quantity is compared through methods: write for example c:masters():above(1); there are "
       "above, below, at_least, at_most and equals");
}

std::uint64_t value_of(const World& world, const Quantity& quantity) {
  const Observation& observation = world.observation();
  switch (quantity.kind) {
    case Quantity::Kind::Masters:
      return observation.masters(quantity.cluster);
    case Quantity::Kind::Islands:
      return observation.islands(quantity.cluster);
    case Quantity::Kind::Size:
      return observation.at(quantity.member).view.size();
    case Quantity::Kind::Messages:
      return world.counters().messages_sent(quantity.words);
    case Quantity::Kind::Availability:
      return world.counters().agreement_availability_ppm();
    case Quantity::Kind::Clients:
      return world.counters().client_availability_ppm();
  }
  return 0;
}

int quantity_value(lua_State* L) {
  const auto* quantity = test_value<Quantity>(L, 1);
  if (quantity == nullptr) fail(L, "value: call it with a colon, for example c:masters():value()");
  const std::uint64_t value = value_of(context(L).world, *quantity);
  if (is_part(*quantity)) {
    lua_pushnumber(L, static_cast<lua_Number>(value) / 1e6);
  } else {
    lua_pushinteger(L, static_cast<lua_Integer>(value));
  }
  return 1;
}

int push_cluster_quantity(lua_State* L, Quantity::Kind kind, const char* function) {
  const ClusterId id = read_self(L, function);
  push_value(
      L, Quantity{
             kind, id.value, {}, {}, fmt::format("{}:{}()", cluster_literal(id.value), function)});
  return 1;
}

int masters(lua_State* L) {
  return push_cluster_quantity(L, Quantity::Kind::Masters, "masters");
}
int islands(lua_State* L) {
  return push_cluster_quantity(L, Quantity::Kind::Islands, "islands");
}
int client_availability(lua_State* L) {
  const ClusterId id = read_self(L, "availability");
  if (!context(L).probed.contains(id.value)) {
    fail(L,
         "availability: no clients are there to be answered; write c:probe {} once the cluster has "
         "formed");
  }
  push_value(
      L, Quantity{Quantity::Kind::Clients,
                  id.value,
                  {},
                  {},
                  fmt::format("{}:availability {{ of = \"client\" }}", cluster_literal(id.value))});
  return 1;
}

int availability(lua_State* L) {
  const Options options(L, 2, "availability", {"of"});
  const std::string of = options.text("of").value_or("agreement");
  if (of == "client") return client_availability(L);
  if (of != "agreement") {
    fail(L, fmt::format("availability: of = \"{}\" is not measured; there are \"agreement\" and "
                        "\"client\"",
                        of));
  }
  return push_cluster_quantity(L, Quantity::Kind::Availability, "availability");
}

int size(lua_State* L) {
  const Group group = read_single_subject(L, "size");
  push_value(L, Quantity{Quantity::Kind::Size, group.cluster, group.members.front(), group.words,
                         group_literal(group) + ":size()"});
  return 1;
}

int messages(lua_State* L) {
  const Options options(L, 1, "messages", {"type"});
  const std::string type = read_message_type(L, options, "messages");
  push_value(L, Quantity{Quantity::Kind::Messages,
                         0,
                         {},
                         type,
                         fmt::format("messages {{ type = \"{}\" }}", type)});
  return 1;
}

constexpr luaL_Reg QuantityMethods[] = {{"above", compare_quantity<'>'>},
                                        {"below", compare_quantity<'<'>},
                                        {"at_least", compare_quantity<'g'>},
                                        {"at_most", compare_quantity<'l'>},
                                        {"equals", compare_quantity<'='>},
                                        {"value", quantity_value},
                                        {nullptr, nullptr}};
constexpr luaL_Reg OfClusters[] = {{"masters", masters},
                                   {"islands", islands},
                                   {"availability", availability},
                                   {"size", size},
                                   {nullptr, nullptr}};
constexpr luaL_Reg OfMembers[] = {{"size", size}, {nullptr, nullptr}};

}  // namespace

void define_quantities(lua_State* L) {
  define_type<Quantity>(L, QuantityMethods);
  add_metamethod(L, TypeName<Quantity>, "__lt", compare_plainly);
  add_metamethod(L, TypeName<Quantity>, "__le", compare_plainly);
  add_methods(L, TypeName<ClusterId>, OfClusters);
  add_methods(L, TypeName<Group>, OfMembers);
  lua_register(L, "messages", messages);
}

}  // namespace splitscope::scenarios
