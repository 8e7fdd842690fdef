// Reading the arguments of bindings. What is wrong is an error that names the function, the key,
// what came and what to write. Private to scenarios/script.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/script/context.hpp"

namespace splitscope::scenarios {

// Members that a selector came to, and how messages name them.
struct Group {
  Members members;  // sorted
  std::string words;
  std::uint32_t cluster = 0;
};

// A condition, and the text that makes it again in a literal script.
struct ScriptCondition {
  Condition condition;
  std::string literal;
  std::uint32_t parts = 1;
};

template <>
inline constexpr const char* TypeName<ClusterId> = "cluster";
template <>
inline constexpr const char* TypeName<Group> = "group of members";
template <>
inline constexpr const char* TypeName<ScriptCondition> = "condition";
template <>
inline constexpr const char* TypeName<base::Duration> = "duration";

// `what` names the argument in errors: "run_for: the duration".
base::Duration read_duration(lua_State* L, int index, std::string_view what);
base::Probability read_rate(lua_State* L, int index, std::string_view what);
std::string read_text(lua_State* L, int index, std::string_view what);
std::int64_t read_integer(lua_State* L, int index, std::string_view what, std::int64_t low,
                          std::int64_t high);
// The length of the list at `index`, which must be a table.
lua_Integer read_list_size(lua_State* L, int index, std::string_view what);
std::vector<std::string> read_texts(lua_State* L, int index, std::string_view what);
// A name, a group, a cluster, or a list of them; may be empty.
Group read_group(lua_State* L, int index, std::string_view what);
base::NodeId read_member(lua_State* L, int index, std::string_view what);
// The cluster that a method was called on.
ClusterId read_self(lua_State* L, const char* function);
ScriptCondition read_condition(lua_State* L, int index, std::string_view what);

// Members as a group, named "n1, n3".
Group make_group(lua_State* L, Members members, std::uint32_t cluster);

// The table of named options at `index`; none is an empty one. Unknown keys are errors that name
// the known ones.
class Options {
 public:
  Options(lua_State* L, int index, std::string function, std::vector<std::string_view> known);
  bool has(const char* key) const;
  std::optional<base::Duration> duration(const char* key) const;
  std::optional<base::Probability> rate(const char* key) const;
  std::optional<std::string> text(const char* key) const;
  std::optional<std::int64_t> integer(const char* key, std::int64_t low, std::int64_t high) const;
  std::optional<bool> flag(const char* key) const;
  std::optional<Group> group(const char* key) const;
  std::optional<base::NodeId> member(const char* key) const;
  // Texts by name, as Hazelcast names its properties; numbers and truth values become texts.
  std::map<std::string, std::string> properties(const char* key) const;
  // Leaves the value on the stack, nil if it is not there; true if it is.
  bool push(const char* key) const;
  std::string what(const char* key) const { return function_ + ": " + key; }

 private:
  lua_State* L_;
  int index_ = 0;  // 0 = there is no table
  std::string function_;
};

}  // namespace splitscope::scenarios
