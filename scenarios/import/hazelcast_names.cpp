#include "scenarios/import/hazelcast_names.hpp"

#include <algorithm>
#include <array>

namespace splitscope::scenarios {
namespace {

// A path and all below it.
constexpr std::array<std::string_view, 8> PathsRead{"cluster-name",
                                                    "group.name",
                                                    "network.port",
                                                    "network.public-address",
                                                    "network.join",
                                                    "import",
                                                    "advanced-network.enabled",
                                                    "properties"};
constexpr std::array<std::string_view, 6> MemberPaths{
    "join.tcp-ip.member",   "join.tcp-ip.members",     "join.tcp-ip.interface",
    "join.tcp-ip.hostname", "join.tcp-ip.member-list", "join.tcp-ip.member-list.member"};

struct Spelling {
  std::string_view written;
  std::string_view name;
};
constexpr std::array<Spelling, 2> Spellings{
    {{"port.port", "port"},
     {"join.multicast.loopbackModeEnabled", "join.multicast.loopback-mode-enabled"}}};
constexpr std::string_view Strategies = "join.discovery-strategies.";

bool covers(std::string_view whole, std::string_view path) {
  return path == whole || (path.starts_with(whole) && path[whole.size()] == '.');
}

// "join.discovery-strategies.discovery-strategy.properties.region" -> "join.strategy.region"
std::string strategy_name(std::string_view name) {
  std::string_view rest = name.substr(Strategies.size());
  const std::size_t dot = rest.find('.');
  rest = dot == rest.npos ? std::string_view{} : rest.substr(dot + 1);
  if (rest.starts_with("properties.")) rest.remove_prefix(11);
  return std::string{"join.strategy."} + std::string{rest};
}

void add_members(SettingWriter& writer, std::string_view path, std::string_view text,
                 std::uint32_t line) {
  constexpr std::string_view Separators = ",; \t\r\n";
  while (true) {
    const std::size_t first = text.find_first_not_of(Separators);
    if (first == text.npos) return;
    text.remove_prefix(first);
    const std::size_t end = std::min(text.find_first_of(Separators), text.size());
    writer.add({"member", std::string{path}, text.substr(0, end), line});
    text.remove_prefix(end);
  }
}

}  // namespace

bool is_hazelcast_path_read(std::string_view path) {
  return std::any_of(PathsRead.begin(), PathsRead.end(), [path](std::string_view known) {
    return covers(known, path) || covers(path, known);
  });
}

void add_hazelcast_setting(SettingWriter& writer, std::string_view path, std::string_view text,
                           std::uint32_t line) {
  constexpr std::string_view Properties = "properties.";
  if (path.starts_with(Properties)) {
    writer.add_property(
        {std::string{path.substr(Properties.size())}, std::string{path}, text, line});
    return;
  }
  std::string_view name = path;
  if (name.starts_with("network.")) name.remove_prefix(8);
  if (std::find(MemberPaths.begin(), MemberPaths.end(), name) != MemberPaths.end()) {
    add_members(writer, path, text, line);
    return;
  }
  const auto spelled = std::find_if(Spellings.begin(), Spellings.end(),
                                    [name](const Spelling& each) { return each.written == name; });
  std::string canonical{spelled == Spellings.end() ? name : spelled->name};
  if (name.starts_with(Strategies)) canonical = strategy_name(name);
  writer.add({std::move(canonical), std::string{path}, text, line});
}

}  // namespace splitscope::scenarios
