// One configuration file as a flat list of settings with their lines: what all readers produce and
// what the builders and the lint rules read. Hides nothing but the syntax of the file.
//
// Names. deployment.toml and axis2.xml give the names of axis2.xml's parameters ("domain",
// "localMemberPort"); hazelcast.xml and .yaml give paths below <hazelcast> without <network>
// ("cluster-name", "port", "join.tcp-ip.enabled"). Both list well-known entries as "member" and
// Hazelcast's own properties in `properties`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "scenarios/import/placeholders.hpp"
#include "scenarios/import/source_file.hpp"

namespace splitscope::scenarios {

inline constexpr std::size_t MaxSettings = 4096;

struct Setting {
  std::string name;   // see above
  std::string key;    // as the file writes it: "clustering.local_member_port"
  std::string value;  // without placeholders; empty for a secret
  Place place;
  std::string problem;           // why a placeholder could not be resolved, else empty
  bool is_secret = false;        // the value was left behind in the file
  bool is_plain_secret = false;  // ... where it stands as plain text
  std::string join_secret;       // the value, where the secret is a group's password
  bool is_inferred = false;      // the product's default, which the file does not say
};

// Settings in the order of the file. A name may occur again; the last one counts.
class SettingList {
 public:
  // False when the list is full.
  bool add(Setting setting);
  // The last of this name, or null.
  const Setting* find(std::string_view name) const;
  // The value of the last of this name, or empty.
  std::string_view text(std::string_view name) const;
  std::vector<const Setting*> all(std::string_view name) const;
  const std::vector<Setting>& items() const { return items_; }

 private:
  std::vector<Setting> items_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_name_;
};

struct NodeFile {
  std::string path;
  FileKind kind = FileKind::DeploymentToml;
  // Where the clustering section begins, for what is said about the whole of it.
  Place section;
  bool has_section = false;
  SettingList settings;
  SettingList properties;             // hazelcast.* by their real names
  std::vector<Setting> unknown_keys;  // in the clustering section, not read
};

// One reader for each kind. Placeholders are resolved as values are read; where one has no value
// the setting carries the problem, which matters only to those who need the setting.
base::Result<NodeFile> read_deployment_toml(const SourceFile& file, const Placeholders& values);
base::Result<NodeFile> read_axis2_xml(const SourceFile& file, const Placeholders& values);
base::Result<NodeFile> read_hazelcast_xml(const SourceFile& file, const Placeholders& values);
base::Result<NodeFile> read_hazelcast_yaml(const SourceFile& file, const Placeholders& values);
base::Result<NodeFile> read_hazelcast_properties(const SourceFile& file,
                                                 const Placeholders& values);

}  // namespace splitscope::scenarios
