#include "scenarios/script/message_types.hpp"

#include <fmt/format.h>

#include "schemes/membership/messages.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::uint16_t EventKindLast = 255;  // kinds that are not there are "unknown"

std::vector<std::string_view> event_names() {
  std::vector<std::string_view> names;
  for (std::uint16_t number = 1; number <= EventKindLast; ++number) {
    const std::string_view name = base::to_text(static_cast<base::EventKind>(number));
    if (name != "unknown") names.push_back(name);
  }
  return names;
}

std::vector<std::string_view> type_names() {
  std::vector<std::string_view> names;
  for (std::uint16_t number = 1; number <= schemes::MessageTypeLast; ++number) {
    names.push_back(schemes::to_text(static_cast<schemes::MessageType>(number)));
  }
  return names;
}

}  // namespace

std::string read_message_type(lua_State* L, const Options& options, const char* function) {
  const auto type = options.text("type");
  if (!type.has_value()) {
    fail(L, fmt::format("{}: name a message type, for example {} {{ type = \"FinalizeJoin\" }}",
                        function, function));
  }
  if (schemes::message_type(*type).has_value()) return *type;
  const std::vector<std::string_view> names = type_names();
  fail(L, fmt::format("{}: there is no message type \"{}\"{}; the types are {}", function, *type,
                      did_you_mean(*type, names), fmt::join(names, ", ")));
}

base::EventKind read_event(lua_State* L, int index, const char* function) {
  const std::string name = read_text(L, index, fmt::format("{}: the event", function));
  const base::EventKind kind = base::event_kind(name);
  if (kind != base::EventKind::None) return kind;
  const std::vector<std::string_view> names = event_names();
  fail(L, fmt::format("{}: there is no event \"{}\"{}; the events are {}", function, name,
                      did_you_mean(name, names), fmt::join(names, ", ")));
}

}  // namespace splitscope::scenarios
