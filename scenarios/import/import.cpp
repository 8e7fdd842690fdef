#include "scenarios/import/import.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "scenarios/import/setting_writer.hpp"
#include "schemes/membership/properties.hpp"

namespace splitscope::scenarios {
namespace {

using schemes::ClusterConfig;
using schemes::SchemeKind;
using Done = base::Result<void>;

base::Result<NodeFile> read_file(const SourceFile& given, const Placeholders& placeholders) {
  const auto kind = detect_kind(given);
  if (!kind) return std::unexpected(kind.error());
  SourceFile file = given;
  if (file.text.starts_with("\xef\xbb\xbf")) file.text.erase(0, 3);
  switch (*kind) {
    case FileKind::DeploymentToml:
      return read_deployment_toml(file, placeholders);
    case FileKind::Axis2Xml:
      return read_axis2_xml(file, placeholders);
    case FileKind::HazelcastXml:
      return read_hazelcast_xml(file, placeholders);
    case FileKind::HazelcastYaml:
      return read_hazelcast_yaml(file, placeholders);
    case FileKind::HazelcastProperties:
      break;
  }
  return read_hazelcast_properties(file, placeholders);
}

bool is_file_mode(const NodeFile& file) {
  return file.kind == FileKind::HazelcastXml || file.kind == FileKind::HazelcastYaml;
}

Done check_paths(std::span<const SourceFile> files) {
  if (files.empty()) return base::failure("no file is given; give a deployment.toml");
  if (files.size() > MaxSourceFiles) {
    return std::unexpected(error_at({files[0].path, 1}, "files",
                                    fmt::format("more than {} are given", MaxSourceFiles),
                                    "give the files of one cluster"));
  }
  std::set<std::string_view> paths;
  for (const SourceFile& file : files) {
    if (!paths.insert(file.path).second) {
      return std::unexpected(
          error_at({file.path, 1}, "file", "it is given twice", "give each node's file once"));
    }
  }
  return {};
}

// The files by their role: FILE mode beats AXIS2 mode, and properties belong to the latter.
ReadFiles sort_out(std::vector<NodeFile>& files, std::vector<NodeFile>& node_files) {
  ReadFiles read;
  const bool file_mode = std::any_of(files.begin(), files.end(), is_file_mode);
  for (NodeFile& file : files) {
    if (file.kind == FileKind::HazelcastProperties) {
      if (file_mode) read.without_effect.push_back(file.section);
      if (!file_mode) read.properties.push_back(std::move(file));
    } else if (file_mode && !is_file_mode(file)) {
      read.overruled.push_back(file.section);
    } else {
      node_files.push_back(std::move(file));
    }
  }
  return read;
}

Done add_node(ReadFiles& read, NodeFile file) {
  for (const NodeFile& extra : read.properties) {
    for (const Setting& setting : extra.properties.items()) file.properties.add(setting);
  }
  auto node = build_node(std::move(file));
  if (!node) return std::unexpected(node.error());
  read.nodes.push_back(*std::move(node));
  return {};
}

// ---- One cluster out of several nodes -----------------------------------------------------------

const Setting* scheme_setting(const ImportedNode& node) {
  return node.file.settings.find("membershipScheme");
}

Done check_has_cluster(const ImportedNode& node) {
  if (node.config.scheme != SchemeKind::None) {
    const Setting* written = scheme_setting(node);
    if (written == nullptr || written->value == lower_case(written->value)) return {};
    return std::unexpected(error_at(written->place, written->key,
                                    "schemes are written in small letters, so clustering fails to "
                                    "start",
                                    fmt::format("write \"{}\"", lower_case(written->value))));
  }
  const Place& place = node.file.section;
  switch (node.file.kind) {
    case FileKind::DeploymentToml: {
      const bool is_database = node.file.settings.find("coordination") != nullptr;
      return std::unexpected(error_at(
          place, "clustering.membership_scheme",
          is_database ? "this node coordinates through its database, which is no membership scheme"
                      : "it is not set, so clustering is off",
          R"(write [clustering], membership_scheme = "wka" and members = ["host:port"])"));
    }
    case FileKind::Axis2Xml:
      return std::unexpected(error_at(place, "clustering@enable", "clustering is off",
                                      R"(write <clustering ... enable="true">)"));
    default:
      return std::unexpected(error_at(place, "join", "no way to join is enabled",
                                      "enable multicast, tcp-ip, aws or kubernetes"));
  }
}

// Resolving the settings later would refuse these too, but could not name the line.
Done check_property_names(const ImportedNode& node) {
  for (const Setting& setting : node.file.properties.items()) {
    if (schemes::find_property(setting.name) != nullptr) continue;
    const auto meant = schemes::nearest_property(setting.name);
    if (!meant || !schemes::is_membership_name(setting.name)) continue;
    return std::unexpected(error_at(setting.place, setting.key, "Hazelcast has no such property",
                                    fmt::format("write {}", *meant)));
  }
  return {};
}

Place place_of(const ImportedNode& node, std::string_view name) {
  const Setting* setting = node.file.settings.find(name);
  return setting == nullptr ? node.file.section : setting->place;
}

base::Error contradiction(const Place& place, std::string_view key, std::string_view mine,
                          std::string_view theirs) {
  return error_at(place, key,
                  fmt::format("it is {} here but {} in the first file, so these nodes never form "
                              "one cluster",
                              mine, theirs),
                  "give the files of one cluster, or make them agree");
}

Done check_agreement(const ImportedNode& first, const ImportedNode& other) {
  const ClusterConfig& a = first.config;
  const ClusterConfig& b = other.config;
  if (a.wso2 != b.wso2) {
    return std::unexpected(contradiction(other.file.section, "file", "another mode", "this one"));
  }
  if (a.scheme != b.scheme) {
    return std::unexpected(contradiction(place_of(other, "membershipScheme"), "membership scheme",
                                         to_text(b.scheme), to_text(a.scheme)));
  }
  if (a.cluster_name != b.cluster_name) {
    const std::string_view key = b.wso2 ? "domain" : "cluster-name";
    return std::unexpected(contradiction(place_of(other, key), key,
                                         fmt::format("\"{}\"", b.cluster_name),
                                         fmt::format("\"{}\"", a.cluster_name)));
  }
  if (a.engine != b.engine) {
    return std::unexpected(contradiction(place_of(other, "schema-version"), "schema version",
                                         to_text(b.engine), to_text(a.engine)));
  }
  if (a.multicast.group != b.multicast.group && a.scheme == SchemeKind::Multicast) {
    return std::unexpected(contradiction(other.file.section, "multicast group",
                                         base::to_text(b.multicast.group),
                                         base::to_text(a.multicast.group)));
  }
  return {};
}

// The list of the whole cluster holds what any node lists; where the nodes differ, each keeps its
// own.
void merge_lists(const std::vector<ImportedNode>& nodes, ImportedConfig& imported) {
  auto& members = imported.config.wka.members;
  bool differ = false;
  for (const ImportedNode& node : nodes) {
    differ = differ || node.config.wka.members != nodes.front().config.wka.members;
    for (const schemes::WellKnownEntry& entry : node.config.wka.members) {
      if (std::find(members.begin(), members.end(), entry) == members.end()) {
        members.push_back(entry);
      }
    }
  }
  if (!differ) return;
  imported.warnings.push_back(
      "the files list different well-known members; the cluster's list holds all of them");
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    imported.config.nodes[i].well_known = nodes[i].config.wka.members;
  }
}

void warn_of_differences(const std::vector<ImportedNode>& nodes, ImportedConfig& imported) {
  const ClusterConfig& first = nodes.front().config;
  for (const ImportedNode& node : nodes) {
    if (node.config.properties == first.properties) continue;
    imported.warnings.push_back(
        fmt::format("{} sets other properties than {}, whose properties are used", node.file.path,
                    nodes.front().file.path));
  }
}

void note_engine(const ImportedNode& node, ImportedConfig& imported) {
  const std::string_view agent = node.file.settings.text("class");
  const std::string_view version = node.file.settings.text("schema-version");
  if (agent.starts_with("org.wso2.carbon.core.clustering.")) {
    imported.warnings.push_back(
        "the agent class is that of kernels up to 4.7, whose engine is Hazelcast 3.x or 4.2; "
        "name the engine with --profile");
  }
  if (!version.empty() && !version.starts_with("5.3") && !version.starts_with("3.12")) {
    imported.warnings.push_back(
        fmt::format("the schema is of Hazelcast {}; the nearest profile is {}",
                    version.substr(0, 20), to_text(node.config.engine)));
  }
}

void note_provenance(const ImportedNode& node, ImportedConfig& imported) {
  for (const SettingList* list : {&node.file.settings, &node.file.properties}) {
    for (const Setting& setting : list->items()) {
      if (!setting.is_inferred) imported.provenance.emplace(setting.key, setting.place);
    }
  }
}

}  // namespace

base::Result<ReadFiles> read_files(std::span<const SourceFile> files,
                                   const Placeholders& placeholders) {
  if (auto done = check_paths(files); !done) return std::unexpected(done.error());
  std::vector<NodeFile> all;
  for (const SourceFile& file : files) {
    auto read = read_file(file, placeholders);
    if (!read) return std::unexpected(read.error());
    all.push_back(*std::move(read));
  }
  std::vector<NodeFile> node_files;
  ReadFiles read = sort_out(all, node_files);
  for (NodeFile& file : node_files) {
    if (auto done = add_node(read, std::move(file)); !done) return std::unexpected(done.error());
  }
  if (read.nodes.empty()) {
    return std::unexpected(error_at({files[0].path, 1}, "file", "it names no cluster",
                                    "give the deployment.toml or axis2.xml beside it too"));
  }
  return read;
}

base::Result<ImportedConfig> import_files(std::span<const SourceFile> files,
                                          const Placeholders& placeholders) {
  const auto read = read_files(files, placeholders);
  if (!read) return std::unexpected(read.error());
  const std::vector<ImportedNode>& nodes = read->nodes;
  ImportedConfig imported;
  imported.config = nodes.front().config;
  imported.first_node = nodes.front().self;
  for (const ImportedNode& node : nodes) {
    if (auto done = check_has_cluster(node); !done) return std::unexpected(done.error());
    if (auto done = check_property_names(node); !done) return std::unexpected(done.error());
    if (auto done = check_agreement(nodes.front(), node); !done) {
      return std::unexpected(done.error());
    }
    if (nodes.size() > 1) imported.config.nodes.push_back(node.self);
    note_provenance(node, imported);
  }
  for (const Place& place : read->overruled) {
    imported.warnings.push_back(
        fmt::format("{} is not used: a hazelcast.xml or .yaml beats it", place.file));
  }
  for (const Place& place : read->without_effect) {
    imported.warnings.push_back(
        fmt::format("{} is not used: it belongs to axis2.xml's mode", place.file));
  }
  merge_lists(nodes, imported);
  warn_of_differences(nodes, imported);
  note_engine(nodes.front(), imported);
  return imported;
}

}  // namespace splitscope::scenarios
