// What was seen, as values: record() keeps what members report, and measure() states a figure.
#include <fmt/format.h>

#include "engine/base/utf8.hpp"
#include "scenarios/kit/history.hpp"
#include "scenarios/script/arguments.hpp"
#include "scenarios/script/message_types.hpp"

namespace splitscope::scenarios {

// The run's history; there is one.
struct RecordValue {};
template <>
inline constexpr const char* TypeName<RecordValue> = "record";

namespace {

constexpr double NsPerMs = 1e6;

int record(lua_State* L) {
  World& world = context(L).world;
  world.keep_history();
  if (world.history() == nullptr) {
    world.declare_inconclusive(fmt::format("line {}: not in this world: record()", script_line(L)));
    stop_script(L);
  }
  push_value(L, RecordValue{});
  return 1;
}

const History& read_record(lua_State* L, const char* method) {
  if (test_value<RecordValue>(L, 1) == nullptr) {
    fail(L, fmt::format("{}: call it with a colon on what record() returned", method));
  }
  const History& history = *context(L).world.history();
  charge(L, history.entries().size() / 16 + 1);
  return history;
}

void push_moment(lua_State* L, base::Instant at) {
  push_value(L, base::Duration{at.time_since_epoch()});
}

base::Instant moment_of(const Options& options) {
  return base::RunStart + options.duration("after").value_or(base::Duration::zero());
}

// { "member_removed", by = "n2", of = "n1", after = t }
HistoryQuery read_query(lua_State* L, const char* method) {
  if (lua_type(L, 2) != LUA_TTABLE) {
    fail(L, fmt::format("{}: write for example record:{} {{ \"member_removed\", by = \"n2\" }}",
                        method, method));
  }
  const Options options(L, 2, method, {"by", "of", "after"});
  HistoryQuery query;
  lua_rawgeti(L, 2, 1);
  query.kind = read_event(L, lua_gettop(L), method);
  lua_pop(L, 1);
  if (!History::keeps(query.kind)) {
    fail(L, fmt::format("{}: a record does not keep {}", method, base::to_text(query.kind)));
  }
  query.by = options.member("by");
  query.of = options.member("of");
  query.after = moment_of(options);
  return query;
}

// When it first happened, from the start of the run; nil if it did not.
int first(lua_State* L) {
  const History& history = read_record(L, "first");
  const HistoryEntry* found = history.first(read_query(L, "first"));
  if (found == nullptr) {
    lua_pushnil(L);
  } else {
    push_moment(L, found->at);
  }
  return 1;
}

int count(lua_State* L) {
  const History& history = read_record(L, "count");
  lua_pushinteger(L, static_cast<lua_Integer>(history.count(read_query(L, "count"))));
  return 1;
}

void push_names(lua_State* L, const std::vector<base::NodeId>& members) {
  const Observation& observation = context(L).world.observation();
  lua_newtable(L);
  lua_Integer index = 0;
  for (const base::NodeId node : members) {
    const std::string name = node == base::NoNode ? "?" : observation.at(node).name;
    lua_pushlstring(L, name.data(), name.size());
    lua_rawseti(L, -2, ++index);
  }
}

// Each new list of a member, oldest member first: { { at = , members = { "n1", "n2" } }, ... }
int views(lua_State* L) {
  const History& history = read_record(L, "views");
  const base::NodeId member = read_member(L, 2, "views: the member");
  const Options options(L, 3, "views", {"after"});
  lua_newtable(L);
  lua_Integer index = 0;
  for (const HistoryEntry* entry : history.views(member, moment_of(options))) {
    lua_newtable(L);
    push_moment(L, entry->at);
    lua_setfield(L, -2, "at");
    push_names(L, entry->view);
    lua_setfield(L, -2, "members");
    lua_rawseti(L, -2, ++index);
  }
  charge(L, static_cast<std::uint64_t>(index) * 8 + 1);
  return 1;
}

// The list that the member holds now, oldest first; empty while it is in no cluster.
int view_entries(lua_State* L) {
  (void)read_record(L, "view");
  const Observation& observation = context(L).world.observation();
  const MemberState& state = observation.at(read_member(L, 2, "view: the member"));
  std::vector<base::NodeId> nodes;
  for (const ViewEntry& entry : state.view) {
    base::NodeId found = observation.node_of(entry.uuid);
    for (const MemberState& other : observation.members()) {
      if (found == base::NoNode && other.endpoint == entry.endpoint) found = other.node;
    }
    nodes.push_back(found);
  }
  push_names(L, nodes);
  return 1;
}

// Where the member listens, or last did: "10.77.0.11:5701".
int endpoint(lua_State* L) {
  (void)read_record(L, "endpoint");
  const MemberState& state =
      context(L).world.observation().at(read_member(L, 2, "endpoint: the member"));
  const std::string text = base::to_text(state.endpoint);
  lua_pushlstring(L, text.data(), text.size());
  return 1;
}

// A duration counts in milliseconds; nil says that it never happened.
int measure(lua_State* L) {
  ScriptContext& script = context(L);
  Measurement measurement;
  measurement.name = base::well_formed_utf8(read_text(L, 1, "measure: the name"));
  if (const auto* duration = test_value<base::Duration>(L, 2)) {
    measurement.number = static_cast<double>(duration->count()) / NsPerMs;
    measurement.text = fmt::format("{:.3f}", *measurement.number);
  } else if (lua_type(L, 2) == LUA_TNUMBER) {
    measurement.number = lua_tonumber(L, 2);
    measurement.text = shown(L, 2);
  } else if (lua_type(L, 2) == LUA_TSTRING) {
    measurement.text = base::well_formed_utf8(lua_tostring(L, 2));
  } else if (lua_type(L, 2) == LUA_TBOOLEAN) {
    measurement.text = lua_toboolean(L, 2) != 0 ? "true" : "false";
  } else if (lua_isnoneornil(L, 2)) {
    measurement.text = "never";
  } else {
    fail(L, fmt::format("measure: a figure is a duration, a number, a text, true, false or nil, "
                        "not {}",
                        shown(L, 2)));
  }
  if (script.outcome.measurements.size() >= Limits::MeasurementsMax) {
    fail(L, fmt::format("a script may measure at most {} figures", Limits::MeasurementsMax));
  }
  script.outcome.measurements.push_back(std::move(measurement));
  return 0;
}

constexpr luaL_Reg RecordMethods[] = {{"first", first},       {"count", count},
                                      {"views", views},       {"view", view_entries},
                                      {"endpoint", endpoint}, {nullptr, nullptr}};

}  // namespace

void bind_record(lua_State* L) {
  define_type<RecordValue>(L, RecordMethods);
  lua_register(L, "record", record);
  lua_register(L, "measure", measure);
}

}  // namespace splitscope::scenarios
