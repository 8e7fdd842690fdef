// hazelcast.yaml: the same tree as hazelcast.xml below the key "hazelcast".
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "scenarios/import/hazelcast_names.hpp"
#include "scenarios/import/node_file.hpp"
#include "scenarios/import/setting_writer.hpp"

namespace splitscope::scenarios {
namespace {

constexpr int YamlDepthMax = 32;
constexpr std::size_t YamlVisitsMax = 100'000;  // aliases may repeat one node very often

std::uint32_t line_of(const YAML::Mark& mark) {
  return mark.is_null() || mark.line < 0 ? 1 : static_cast<std::uint32_t>(mark.line) + 1;
}

class HazelcastYamlReader {
 public:
  HazelcastYamlReader(const SourceFile& file, const Placeholders& values)
      : writer_(file, values, node_) {
    node_.path = file.path;
    node_.kind = FileKind::HazelcastYaml;
    node_.section = {file.path, 1};
  }

  base::Result<NodeFile> read(const YAML::Node& root) {
    bool found = false;
    if (root.IsMap()) {
      for (const auto& pair : root) {
        if (!pair.first.IsScalar() || pair.first.Scalar() != "hazelcast") continue;
        if (!pair.second.IsMap()) break;
        found = true;
        node_.section = writer_.place(line_of(pair.first.Mark()));
        read_map(pair.second, "", 0);
        break;
      }
    }
    if (!found) {
      return std::unexpected(error_at(node_.section, "hazelcast", "the file has no such table",
                                      "write everything below the key \"hazelcast:\""));
    }
    node_.has_section = true;
    if (is_too_large_) {
      return std::unexpected(error_at(node_.section, "YAML", "it is nested too deeply or too large",
                                      "give the configuration of one node"));
    }
    if (auto done = writer_.check(); !done) return std::unexpected(done.error());
    return std::move(node_);
  }

 private:
  void read_map(const YAML::Node& map, const std::string& parent, int depth) {
    for (const auto& pair : map) {
      if (is_too_large_) return;
      if (!pair.first.IsScalar()) continue;
      const std::string path =
          parent.empty() ? pair.first.Scalar() : fmt::format("{}.{}", parent, pair.first.Scalar());
      if (!is_hazelcast_path_read(path)) continue;
      read_value(pair.second, path, line_of(pair.first.Mark()), depth + 1);
    }
  }

  void read_value(const YAML::Node& value, const std::string& path, std::uint32_t line, int depth) {
    if (depth > YamlDepthMax || ++visits_ > YamlVisitsMax) is_too_large_ = true;
    if (is_too_large_) return;
    if (value.IsScalar()) {
      add_hazelcast_setting(writer_, path, value.Scalar(), line);
    } else if (value.IsMap()) {
      read_map(value, path, depth);
    } else if (value.IsSequence()) {
      for (const YAML::Node& entry : value)
        read_value(entry, path, line_of(entry.Mark()), depth + 1);
    }
  }

  NodeFile node_;
  SettingWriter writer_;
  std::size_t visits_ = 0;
  bool is_too_large_ = false;
};

}  // namespace

base::Result<NodeFile> read_hazelcast_yaml(const SourceFile& file, const Placeholders& values) {
  try {
    return HazelcastYamlReader(file, values).read(YAML::Load(file.text));
  } catch (const YAML::Exception& error) {
    return std::unexpected(error_at({file.path, line_of(error.mark)}, "YAML",
                                    error.msg.substr(0, 200),
                                    "mend the line; the product does not read it either"));
  }
}

}  // namespace splitscope::scenarios
