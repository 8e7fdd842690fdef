// hazelcast.properties, as java.util.Properties reads it: "key=value", "key: value" or "key value",
// comments after # or !, a line continued by a backslash at its end.
#include <algorithm>
#include <utility>

#include "scenarios/import/node_file.hpp"
#include "scenarios/import/setting_writer.hpp"

namespace splitscope::scenarios {
namespace {

bool is_continued(std::string_view line) {
  std::size_t backslashes = 0;
  while (backslashes < line.size() && line[line.size() - 1 - backslashes] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

// Takes one line without its end.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

base::Result<NodeFile> read_hazelcast_properties(const SourceFile& file,
                                                 const Placeholders& values) {
  NodeFile node;
  node.path = file.path;
  node.kind = FileKind::HazelcastProperties;
  node.section = {file.path, 1};
  SettingWriter writer(file, values, node);
  std::string_view rest = file.text;
  std::uint32_t next_line = 1;
  while (!rest.empty()) {
    const std::uint32_t line = next_line++;
    std::string text{trimmed(take_line(rest))};
    if (text.empty() || text.front() == '#' || text.front() == '!') continue;
    while (is_continued(text) && !rest.empty()) {
      text.pop_back();
      text += trimmed(take_line(rest));
      ++next_line;
    }
    const std::size_t end = std::min(text.find_first_of("=: \t"), text.size());
    const std::string key = text.substr(0, end);
    std::string_view value = trimmed(std::string_view{text}.substr(end));
    if (!value.empty() && (value.front() == '=' || value.front() == ':')) value.remove_prefix(1);
    writer.add_property({key, key, value, line});
  }
  if (auto done = writer.check(); !done) return std::unexpected(done.error());
  return node;
}

}  // namespace splitscope::scenarios
