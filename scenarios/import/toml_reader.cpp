// deployment.toml: the tables [clustering] and [hazelcast], and $ref{...} into any other. The names
// are mapped as WSO2's templates do (key-mappings.json, infer.json of carbon-kernel).
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "scenarios/import/node_file.hpp"
#include "scenarios/import/setting_writer.hpp"
#include "scenarios/import/toml_nesting.hpp"

namespace splitscope::scenarios {
namespace {

constexpr int MaxTableDepth = 32;

std::uint32_t line_of(const toml::source_region& region) {
  return static_cast<std::uint32_t>(region.begin.line);
}

// A scalar as the product's templates print it; nothing for tables, arrays, dates and floats.
std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  return std::nullopt;
}

// The library's sentence without what it quotes of the file, which may be part of a secret.
std::string harmless(std::string_view description) {
  for (const std::string_view mark : {"; saw", ", saw", "saw '", " saw "}) {
    description = description.substr(0, description.find(mark));
  }
  return std::string{description.substr(0, 200)};
}

struct KeyName {
  std::string_view toml;
  std::string_view axis2;
  bool is_text = false;  // true and false are no value of it
};
constexpr std::array<KeyName, 5> ScalarKeys{{{"membership_scheme", "membershipScheme", true},
                                             {"domain", "domain", true},
                                             {"agent", "class", true},
                                             {"local_member_host", "localMemberHost", true},
                                             {"local_member_port", "localMemberPort", true}}};
constexpr std::array<KeyName, 2> PropertyKeys{
    {{"shutdown_hook_enable", "hazelcast.shutdownhook.enabled"},
     {"logging_type", "hazelcast.logging.type"}}};

class TomlReader {
 public:
  TomlReader(const SourceFile& file, const Placeholders& values, const toml::table& root)
      : root_(root), writer_(file, values, node_) {
    node_.path = file.path;
    node_.kind = FileKind::DeploymentToml;
    node_.section = {file.path, 1};
    writer_.set_references([this](std::string_view name) { return reference(name); });
  }

  base::Result<NodeFile> read() {
    if (auto done = read_clustering(); !done) return std::unexpected(done.error());
    if (auto done = read_hazelcast(); !done) return std::unexpected(done.error());
    if (auto done = writer_.check(); !done) return std::unexpected(done.error());
    return std::move(node_);
  }

 private:
  using Done = base::Result<void>;

  Done fail(const toml::node& node, std::string_view key, std::string_view wrong,
            std::string_view mend) const {
    return std::unexpected(error_at(writer_.place(line_of(node.source())), key, wrong, mend));
  }

  // $ref{server.node_ip}: the product's own default is the loopback address.
  std::optional<std::string> reference(std::string_view path) const {
    const toml::node_view<const toml::node> found = root_.at_path(path);
    if (found.node() != nullptr) return scalar_text(*found.node());
    if (path == "server.node_ip") return "127.0.0.1";
    return std::nullopt;
  }

  Done read_clustering() {
    const toml::node* node = root_.get("clustering");
    if (node == nullptr) {
      note_coordination();
      return {};
    }
    const toml::table* table = node->as_table();
    if (table == nullptr) {
      return fail(*node, "clustering", "it is no table", "write one [clustering] table");
    }
    node_.has_section = true;
    node_.section = writer_.place(line_of(node->source()));
    for (const auto& [key, value] : *table) {
      if (auto done = read_key(key, value); !done) return done;
    }
    infer();
    return {};
  }

  // A Micro Integrator coordinates through its database; the builder says so.
  void note_coordination() {
    const toml::node* table = root_.get("cluster_config");
    if (table == nullptr) return;
    node_.section = writer_.place(line_of(table->source()));
    writer_.add({"coordination", "cluster_config", "rdbms", line_of(table->source())});
  }

  Done read_key(const toml::key& key, const toml::node& value) {
    const std::string_view name = key.str();
    const std::string written = fmt::format("clustering.{}", name);
    const std::uint32_t line = line_of(key.source());
    if (name == "members") return read_members(value);
    if (name == "properties") return read_parameters(value);
    for (const KeyName& known : ScalarKeys) {
      if (known.toml == name) return read_scalar({std::string{known.axis2}, written}, value, line);
    }
    for (const KeyName& known : PropertyKeys) {
      if (known.toml != name) continue;
      const auto text = scalar_text(value);
      if (!text) return fail(value, written, "it is no text", "write one value in quotes");
      writer_.add_property({std::string{known.axis2}, written, *text, line});
      return {};
    }
    writer_.add_unknown(written, line);
    return {};
  }

  struct Names {
    std::string name;
    std::string key;
  };
  Done read_scalar(Names names, const toml::node& value, std::uint32_t line) {
    const auto text = scalar_text(value);
    if (!text || value.is_boolean()) {
      return fail(value, names.key, "it is no text",
                  fmt::format("write {} = \"...\" with one value in quotes",
                              std::string_view{names.key}.substr(names.key.rfind('.') + 1)));
    }
    writer_.add({std::move(names.name), std::move(names.key), *text, line});
    return {};
  }

  Done read_members(const toml::node& value) {
    const toml::array* list = value.as_array();
    if (list == nullptr) {
      return fail(value, "clustering.members", "it is no list",
                  R"(write members = ["10.0.0.1:4000", "10.0.0.2:4000"])");
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
      const toml::node& entry = *list->get(i);
      const std::string key = fmt::format("clustering.members[{}]", i);
      std::optional<std::string> text;
      if (const auto* plain = entry.as_string()) text = plain->get();
      if (const auto* table = entry.as_table()) text = member_text(*table);
      if (!text) return fail(entry, key, "it is no member", "write \"host:port\" in quotes");
      writer_.add({"member", key, *text, line_of(entry.source())});
    }
    if (list->empty())
      node_.settings.add(
          {"members.empty", "clustering.members", "true", writer_.place(line_of(value.source()))});
    return {};
  }

  // [[clustering.members]] with a host and a port.
  static std::optional<std::string> member_text(const toml::table& table) {
    std::optional<std::string> host;
    for (const std::string_view name : {"host", "hostname", "host_name", "hostName", "address"}) {
      if (const toml::node* node = table.get(name); node != nullptr && !host) {
        host = scalar_text(*node);
      }
    }
    if (!host) return std::nullopt;
    const toml::node* port = table.get("port");
    if (port == nullptr) return host;
    const auto number = scalar_text(*port);
    if (!number) return std::nullopt;
    return fmt::format("{}:{}", *host, *number);
  }

  Done read_parameters(const toml::node& value) {
    const toml::table* table = value.as_table();
    if (table == nullptr) {
      return fail(value, "clustering.properties", "it is no table",
                  "write a table [clustering.properties]");
    }
    return flatten(*table, "clustering.properties", "", 0,
                   [this](Names names, const std::string& text, std::uint32_t line) {
                     // The template renames this one, since ECS reads it as a pattern of addresses.
                     if (names.name == "vpcCidrBlock") names.name = "networkInterface";
                     writer_.add({std::move(names.name), std::move(names.key), text, line});
                   });
  }

  Done read_hazelcast() {
    const toml::node* node = root_.get("hazelcast");
    if (node == nullptr) return {};
    const toml::table* table = node->as_table();
    if (table == nullptr) {
      return fail(*node, "hazelcast", "it is no table", "write one [hazelcast] table");
    }
    return flatten(
        *table, "hazelcast", "", 0,
        [this](Names names, const std::string& text, std::uint32_t line) {
          writer_.add_property({std::move(names.name), std::move(names.key), text, line});
        });
  }

  // Keys with dots that are not in quotes make tables in tables; the product joins them again.
  template <typename Take>
  Done flatten(const toml::table& table, const std::string& written, const std::string& prefix,
               int depth, const Take& take) {
    for (const auto& [key, value] : table) {
      const std::string name = fmt::format("{}{}", prefix, key.str());
      const std::string full = fmt::format("{}.{}", written, name);
      if (const toml::table* inner = value.as_table()) {
        if (depth >= MaxTableDepth) {
          return fail(value, full, "it is nested too deeply", "write the name in quotes");
        }
        if (auto done = flatten(*inner, written, name + ".", depth + 1, take); !done) return done;
        continue;
      }
      const auto text = scalar_or_number(value);
      if (!text) return fail(value, full, "it is no single value", "write one value in quotes");
      take(Names{name, full}, *text, line_of(key.source()));
    }
    return {};
  }

  static std::optional<std::string> scalar_or_number(const toml::node& value) {
    if (const auto* number = value.as_floating_point()) return fmt::format("{}", number->get());
    return scalar_text(value);
  }

  // What the product writes where the file says nothing (default.json, infer.json).
  void infer() {
    const Place& section = node_.section;
    const SettingList& settings = node_.settings;
    if (settings.find("membershipScheme") == nullptr) return;
    const bool is_ecs = settings.text("membershipScheme") == "aws-ecs";
    if (settings.find("localMemberHost") == nullptr) {
      writer_.add({"localMemberHost", "clustering.local_member_host", "$ref{server.node_ip}",
                   section.line, true});
    }
    if (is_ecs && settings.find("localMemberPort") == nullptr) {
      writer_.add({"localMemberPort", "clustering.local_member_port", "5701", section.line, true});
    }
    if (!is_ecs || settings.find("tagKey") != nullptr || settings.find("tagValue") != nullptr) {
      return;
    }
    writer_.add({"tagKey", "clustering.properties.tagKey", "aws:cloudformation:stack-name",
                 section.line, true});
    const std::string cluster{settings.text("clusterName")};
    writer_.add({"tagValue", "clustering.properties.tagValue",
                 fmt::format("EC2ContainerService-{}", cluster), section.line, true});
  }

  const toml::table& root_;
  NodeFile node_;
  SettingWriter writer_;
};

}  // namespace

base::Result<NodeFile> read_deployment_toml(const SourceFile& file, const Placeholders& values) {
  if (const auto line = line_nested_too_deeply(file.text)) {
    return std::unexpected(error_at({file.path, *line}, "TOML", "it is nested too deeply",
                                    "give the configuration of one node"));
  }
  try {
    const toml::table root = toml::parse(std::string_view{file.text}, std::string_view{file.path});
    return TomlReader(file, values, root).read();
  } catch (const toml::parse_error& error) {
    const std::uint32_t line = line_of(error.source());
    return std::unexpected(error_at({file.path, line}, "TOML", harmless(error.description()),
                                    "mend the line; the product does not read it either"));
  }
}

}  // namespace splitscope::scenarios
