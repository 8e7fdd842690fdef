#include "scenarios/import/cluster_file.hpp"

#include <array>
#include <limits>

#include <boost/json.hpp>

namespace splitscope::scenarios {

namespace json = boost::json;

namespace {

constexpr std::int64_t Version = 1;
constexpr std::int64_t BackupsMax = 6;  // Hazelcast's own bound
constexpr std::array Schemes{schemes::SchemeKind::Wka,        schemes::SchemeKind::Multicast,
                             schemes::SchemeKind::Aws,        schemes::SchemeKind::Ecs,
                             schemes::SchemeKind::Kubernetes, schemes::SchemeKind::None};

json::object texts_object(const std::map<std::string, std::string>& texts) {
  json::object object;
  for (const auto& [name, value] : texts) object[name] = value;
  return object;
}

// Reading: a missing or wrong value sets failed().
class Fields {
 public:
  explicit Fields(const json::value& value)
      : object_(value.is_object() ? &value.get_object() : nullptr) {
    failed_ = object_ == nullptr;
  }
  const json::value* value(std::string_view name) {
    const json::value* found = object_ == nullptr ? nullptr : object_->if_contains(name);
    if (found == nullptr) failed_ = true;
    return found;
  }
  std::int64_t number(std::string_view name, std::int64_t most) {
    const json::value* found = value(name);
    const bool good = found != nullptr && found->is_int64() && found->get_int64() >= 0 &&
                      found->get_int64() <= most;
    if (!good) failed_ = true;
    return good ? found->get_int64() : 0;
  }
  bool flag(std::string_view name) {
    const json::value* found = value(name);
    if (found == nullptr || !found->is_bool()) return fail(false);
    return found->get_bool();
  }
  std::string text(std::string_view name) {
    const json::value* found = value(name);
    if (found == nullptr || !found->is_string()) return fail(std::string());
    return std::string(found->get_string());
  }
  std::map<std::string, std::string> texts(std::string_view name) {
    std::map<std::string, std::string> result;
    const json::value* found = value(name);
    if (found == nullptr || !found->is_object()) return fail(result);
    for (const auto& entry : found->get_object()) {
      if (!entry.value().is_string()) return fail(result);
      result[std::string(entry.key())] = std::string(entry.value().get_string());
    }
    return result;
  }
  template <typename Value>
  Value fail(Value value) {
    failed_ = true;
    return value;
  }
  bool failed() const { return failed_; }

 private:
  const json::object* object_;
  bool failed_ = false;
};

bool read_wka(const json::value& value, schemes::WkaConfig& wka) {
  Fields fields(value);
  const json::value* members = fields.value("members");
  if (members == nullptr || !members->is_array()) return false;
  for (const json::value& member : members->get_array()) {
    if (!member.is_string()) return false;
    wka.members.push_back({std::string(member.get_string())});
  }
  wka.connection_timeout =
      base::Duration{fields.number("timeout_ns", std::numeric_limits<std::int64_t>::max())};
  if (value.get_object().contains("required")) wka.required_member = fields.text("required");
  return !fields.failed();
}

bool read_multicast(const json::value& value, schemes::MulticastConfig& multicast) {
  Fields fields(value);
  const auto group = base::parse_endpoint(fields.text("group"));
  if (!group.has_value()) return false;
  multicast.group = *group;
  multicast.ttl = static_cast<std::uint8_t>(fields.number("ttl", 255));
  multicast.timeout =
      base::Duration{fields.number("timeout_ns", std::numeric_limits<std::int64_t>::max())};
  multicast.loopback = fields.flag("loopback");
  return !fields.failed();
}

bool read_data(const json::value& value, schemes::DataConfig& data) {
  Fields fields(value);
  constexpr std::int64_t MembersMax = std::numeric_limits<std::uint32_t>::max();
  data.backup_count = static_cast<std::uint32_t>(fields.number("backups", BackupsMax));
  data.split_brain_protection_size =
      static_cast<std::uint32_t>(fields.number("quorum", MembersMax));
  const auto policy = schemes::merge_policy_named(fields.text("merge_policy"));
  if (!policy.has_value()) return false;
  data.merge_policy = *policy;
  return !fields.failed();
}

bool read_kinds(Fields& fields, schemes::ClusterConfig& config) {
  const std::string scheme = fields.text("scheme");
  bool known = false;
  for (const schemes::SchemeKind kind : Schemes) {
    if (schemes::to_text(kind) != scheme) continue;
    config.scheme = kind;
    known = true;
  }
  const auto engine = schemes::engine_named(fields.text("engine"));
  if (!known || !engine.has_value()) return false;
  config.engine = *engine;
  return true;
}

}  // namespace

std::string to_cluster_file(const schemes::ClusterConfig& config) {
  json::array members;
  for (const schemes::WellKnownEntry& entry : config.wka.members) members.emplace_back(entry.text);
  json::object wka{{"members", std::move(members)},
                   {"timeout_ns", config.wka.connection_timeout.count()}};
  if (config.wka.required_member.has_value()) wka["required"] = *config.wka.required_member;
  const json::object file{{"splitscope_cluster", Version},
                          {"scheme", std::string(schemes::to_text(config.scheme))},
                          {"engine", std::string(schemes::to_text(config.engine))},
                          {"engine_from_file", config.engine_from_file},
                          {"wso2", config.wso2},
                          {"cluster_name", config.cluster_name},
                          {"port", config.port},
                          {"port_auto_increment", config.port_auto_increment},
                          {"port_count", config.port_count},
                          {"wka", std::move(wka)},
                          {"multicast",
                           {{"group", base::to_text(config.multicast.group)},
                            {"ttl", config.multicast.ttl},
                            {"timeout_ns", config.multicast.timeout.count()},
                            {"loopback", config.multicast.loopback}}},
                          {"cloud", texts_object(config.cloud.parameters)},
                          {"has_static_keys", config.cloud.has_static_keys},
                          {"data",
                           {{"backups", config.data.backup_count},
                            {"quorum", config.data.split_brain_protection_size},
                            {"merge_policy", std::string(to_text(config.data.merge_policy))}}},
                          {"properties", texts_object(config.properties)}};
  return json::serialize(file);
}

base::Result<schemes::ClusterConfig> parse_cluster_file(std::string_view text) {
  const auto wrong = [] {
    return base::failure("the cluster file is none that this version of splitscope has written");
  };
  json::error_code error;
  const json::value value = json::parse(text, error);
  if (error || !value.is_object()) return wrong();
  Fields fields(value);
  schemes::ClusterConfig config;
  if (fields.number("splitscope_cluster", Version) != Version) return wrong();
  if (!read_kinds(fields, config)) return wrong();
  config.engine_from_file = fields.flag("engine_from_file");
  config.wso2 = fields.flag("wso2");
  config.cluster_name = fields.text("cluster_name");
  config.port = static_cast<std::uint16_t>(fields.number("port", 65'535));
  config.port_auto_increment = fields.flag("port_auto_increment");
  config.port_count = static_cast<std::uint16_t>(fields.number("port_count", 65'535));
  const json::value* wka = fields.value("wka");
  const json::value* multicast = fields.value("multicast");
  const json::value* data = fields.value("data");
  if (wka == nullptr || !read_wka(*wka, config.wka)) return wrong();
  if (multicast == nullptr || !read_multicast(*multicast, config.multicast)) return wrong();
  if (data == nullptr || !read_data(*data, config.data)) return wrong();
  config.cloud.parameters = fields.texts("cloud");
  config.cloud.has_static_keys = fields.flag("has_static_keys");
  config.properties = fields.texts("properties");
  if (fields.failed()) return wrong();
  return config;
}

}  // namespace splitscope::scenarios
