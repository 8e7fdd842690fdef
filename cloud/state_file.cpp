#include "cloud/state_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/base/duration_text.hpp"
#include "engine/wire/document.hpp"
#include "engine/wire/utc_text.hpp"

namespace splitscope::cloud {

namespace {

using wire::Node;
using wire::NodeKind;
using Names = std::span<const std::string_view>;

struct KindName {
  std::string_view name;
  CloudFaultKind kind;
};
// As scripts name them (cloud.throttle and so on).
constexpr std::array<KindName, 11> KindNames{
    {{"throttle", CloudFaultKind::Throttle},
     {"lag", CloudFaultKind::Lag},
     {"fail", CloudFaultKind::Fail},
     {"empty", CloudFaultKind::Empty},
     {"truncate", CloudFaultKind::Truncate},
     {"lose_page", CloudFaultKind::LosePage},
     {"metadata_off", CloudFaultKind::MetadataOff},
     {"hop_limit", CloudFaultKind::HopLimit},
     {"expire_credentials", CloudFaultKind::ExpireCredentials},
     {"cut", CloudFaultKind::Cut},
     {"slow", CloudFaultKind::Slow}}};

constexpr std::array<std::string_view, 9> RootNames{
    "region", "clock", "shuffle", "times", "keys", "denied", "instances", "tasks", "faults"};
constexpr std::array<std::string_view, 3> TimeNames{"pending", "shutting_down", "terminated"};
constexpr std::array<std::string_view, 3> KeyNames{"id", "secret", "token"};
constexpr std::array<std::string_view, 9> InstanceNames{
    "name", "address", "zone", "tags", "security_groups", "role", "metadata", "hop_limit", "hops"};
constexpr std::array<std::string_view, 9> TaskNames{
    "name", "address", "cluster", "family", "service", "zone", "tags", "network", "role"};
constexpr std::array<std::string_view, 14> FaultNames{
    "kind", "action",   "callers", "rate_percent", "first", "status", "code",
    "to",   "capacity", "refill",  "new",          "dead",  "tags",   "by"};

// One object of the file. Keeps the first thing that is wrong; the rest is then of no interest.
class StateReader {
 public:
  explicit StateReader(std::string path) : path_(std::move(path)) {}

  const std::optional<base::Error>& error() const { return error_; }

  void fail(std::string_view what, std::string_view mend) {
    if (!error_) error_ = base::Error{fmt::format("{}: {}; {}", path_, what, mend)};
  }
  void check_names(const Node& object, std::string_view what, Names names) {
    if (object.kind() != NodeKind::Object) {
      return fail(fmt::format("{} is no object", what), "write { ... }");
    }
    for (Node one = object.first(); one.exists(); one = one.next()) {
      if (std::ranges::find(names, one.name()) != names.end()) continue;
      fail(fmt::format("{} has no \"{}\"", what, std::string(one.name()).substr(0, 60)),
           fmt::format("choose from {}", fmt::join(names, ", ")));
    }
  }
  std::string text(const Node& object, std::string_view name, std::string_view otherwise = "") {
    const Node node = object.child(name);
    if (!node.exists()) return std::string(otherwise);
    if (node.kind() != NodeKind::Text) fail(quoted(node), "write a text in quotes");
    return std::string(node.text());
  }
  std::uint32_t number(const Node& object, std::string_view name, std::uint32_t otherwise,
                       std::uint32_t most) {
    const Node node = object.child(name);
    if (!node.exists()) return otherwise;
    std::uint32_t value = 0;
    const std::string_view digits = node.text();
    const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool is_number = node.kind() == NodeKind::Number && wrong == std::errc{} &&
                           end == digits.data() + digits.size();
    if (!is_number || value > most) {
      fail(quoted(node), fmt::format("write a whole number of 0 to {}", most));
    }
    return value;
  }
  base::Duration duration(const Node& object, std::string_view name, base::Duration otherwise) {
    const Node node = object.child(name);
    if (!node.exists()) return otherwise;
    const auto parsed = base::parse_duration(node.text());
    if (!parsed.has_value()) fail(quoted(node), "write for example \"30s\"");
    return parsed.value_or(otherwise);
  }
  // "2s", or "0s..10s".
  Range range(const Node& object, std::string_view name) {
    const Node node = object.child(name);
    if (!node.exists()) return {};
    const std::string_view written = node.text();
    const std::size_t dots = written.find("..");
    const auto low = base::parse_duration(written.substr(0, dots));
    const auto high = dots == written.npos ? low : base::parse_duration(written.substr(dots + 2));
    if (low.has_value() && high.has_value() && *low <= *high) return {*low, *high};
    fail(quoted(node), "write a range, for example \"0s..10s\"");
    return {};
  }
  base::Ipv4 address(std::string_view written) {
    const auto parsed = base::parse_ipv4(written);
    if (!parsed.has_value()) {
      fail(fmt::format("\"{}\" is no address", std::string(written).substr(0, 60)),
           "write for example \"10.77.0.11\"");
    }
    return parsed.value_or(base::Ipv4{});
  }
  Tags tags(const Node& object) {
    Tags result;
    const Node node = object.child("tags");
    if (node.exists() && node.kind() != NodeKind::Object) {
      fail("tags are no object", "write for example { \"cluster\": \"orders\" }");
    }
    for (Node one = node.first(); one.exists(); one = one.next()) {
      result[std::string(one.name())] = std::string(one.text());
    }
    return result;
  }
  std::vector<std::string> texts(const Node& object, std::string_view name) {
    std::vector<std::string> result;
    for (const Node& one : items(object, name)) result.emplace_back(one.text());
    return result;
  }
  std::vector<Node> items(const Node& object, std::string_view name) {
    std::vector<Node> result;
    const Node list = object.child(name);
    if (list.exists() && list.kind() != NodeKind::Array) {
      fail(fmt::format("{} is no list", name), "write [ ... ]");
      return result;
    }
    for (Node one = list.first(); one.exists(); one = one.next()) result.push_back(one);
    if (result.size() > CloudState::ThingsMax) {
      fail(fmt::format("{} has {} entries", name, result.size()),
           fmt::format("keep at most {}", CloudState::ThingsMax));
    }
    return result;
  }

 private:
  static std::string quoted(const Node& node) {
    return fmt::format("{} = \"{}\"", node.name(), std::string(node.text()).substr(0, 60));
  }

  std::string path_;
  std::optional<base::Error> error_;
};

MetadataOptions read_metadata(StateReader& reader, const Node& object) {
  MetadataOptions metadata;
  const std::string mode = reader.text(object, "metadata", "on");
  if (mode != "on" && mode != "tokens" && mode != "off") {
    reader.fail(fmt::format("metadata = \"{}\"", mode.substr(0, 60)),
                "write \"on\", \"tokens\" or \"off\"");
  }
  metadata.enabled = mode != "off";
  metadata.tokens_required = mode == "tokens";
  metadata.hop_limit = static_cast<std::uint8_t>(reader.number(object, "hop_limit", 1, 64));
  metadata.hops = static_cast<std::uint8_t>(reader.number(object, "hops", 1, 64));
  return metadata;
}

InstanceSpec read_instance(StateReader& reader, const Node& object, const std::string& zone) {
  reader.check_names(object, "an instance", InstanceNames);
  InstanceSpec spec;
  spec.address = reader.address(reader.text(object, "address"));
  spec.zone = reader.text(object, "zone", zone);
  spec.tags = reader.tags(object);
  spec.security_groups = reader.texts(object, "security_groups");
  spec.role = reader.text(object, "role");
  spec.metadata = read_metadata(reader, object);
  return spec;
}

TaskSpec read_task(StateReader& reader, const Node& object, const std::string& zone) {
  reader.check_names(object, "a task", TaskNames);
  TaskSpec spec;
  spec.address = reader.address(reader.text(object, "address"));
  spec.cluster = reader.text(object, "cluster", "default");
  spec.family = reader.text(object, "family", "hz");
  spec.service = reader.text(object, "service");
  spec.zone = reader.text(object, "zone", zone);
  spec.tags = reader.tags(object);
  const std::string network = reader.text(object, "network", "awsvpc");
  if (network != "awsvpc" && network != "bridge") {
    reader.fail(fmt::format("network = \"{}\"", network.substr(0, 60)),
                "write \"awsvpc\" or \"bridge\"");
  }
  spec.is_bridged = network == "bridge";
  spec.role = reader.text(object, "role");
  return spec;
}

CloudFault read_fault(StateReader& reader, const Node& object) {
  reader.check_names(object, "a fault", FaultNames);
  CloudFault fault;
  const std::string kind = reader.text(object, "kind");
  const auto found = std::ranges::find(KindNames, kind, &KindName::name);
  if (found == KindNames.end()) {
    std::vector<std::string_view> known;
    for (const KindName& one : KindNames) known.push_back(one.name);
    reader.fail(fmt::format("there is no fault \"{}\"", kind.substr(0, 60)),
                fmt::format("choose from {}", fmt::join(known, ", ")));
    return fault;
  }
  constexpr std::uint32_t Many = 1'000'000;
  fault.kind = found->kind;
  fault.action = reader.text(object, "action");
  for (const std::string& caller : reader.texts(object, "callers")) {
    fault.callers.push_back(reader.address(caller));
  }
  std::ranges::sort(fault.callers);
  fault.rate = base::Probability::from_ratio(reader.number(object, "rate_percent", 100, 100), 100);
  fault.first = reader.number(object, "first", 0, Many);
  // Without a status: no answer.
  fault.status = static_cast<std::uint16_t>(reader.number(object, "status", 0, 599));
  fault.code = reader.text(object, "code", "Unavailable");
  fault.capacity = reader.number(object, "capacity", 0, Many);
  fault.refill = reader.number(object, "refill", 0, Many);
  fault.count = reader.number(object, "to", 0, Many);
  fault.late_new = reader.range(object, fault.kind == CloudFaultKind::Slow ? "by" : "new");
  fault.late_dead = reader.range(object, "dead");
  fault.late_tags = reader.range(object, "tags");
  if (fault.status != 0 && fault.status < 400) {
    reader.fail(fmt::format("status = {}", fault.status), "write 400 to 599, or leave it out");
  }
  return fault;
}

void read_options(StateReader& reader, const Node& root, CloudState& state) {
  state.options.region = reader.text(root, "region", "us-east-1");
  const Node times = root.child("times");
  if (times.exists()) reader.check_names(times, "times", TimeNames);
  LifeTimes& lives = state.options.times;
  lives.pending = reader.duration(times, "pending", lives.pending);
  lives.shutting_down = reader.duration(times, "shutting_down", lives.shutting_down);
  lives.terminated = reader.duration(times, "terminated", lives.terminated);
  state.options.shuffles_listings = root.child("shuffle").text() != "false";
  const std::string clock = reader.text(root, "clock");
  if (clock.empty()) return;
  state.clock = wire::parse_utc(clock);
  if (!state.clock) {
    reader.fail(fmt::format("clock = \"{}\"", clock.substr(0, 60)),
                "write for example \"2026-01-01T00:00:00Z\"");
  }
}

// By name, given or "<kind>-<position>"; names are there once.
template <typename Spec, typename Read>
void read_things(StateReader& reader, const Node& root, std::string_view list,
                 std::map<std::string, Spec>& things, Read read) {
  std::size_t position = 0;
  for (const Node& object : reader.items(root, list)) {
    const std::string name = reader.text(object, "name", fmt::format("{}-{}", list, ++position));
    if (!things.emplace(name, read(object)).second) {
      reader.fail(fmt::format("{} has \"{}\" twice", list, name.substr(0, 60)),
                  "give each a name of its own");
    }
  }
}

}  // namespace

base::Result<CloudState> read_state(const std::string& path, std::string_view text) {
  const auto document = wire::Document::read_json(text);
  if (!document.has_value()) return base::failure(path + ": " + document.error().message);
  const Node root = document->root();
  StateReader reader(path);
  CloudState state;
  reader.check_names(root, "the file", RootNames);
  read_options(reader, root, state);
  const std::string zone = state.options.region + "a";
  for (const Node& object : reader.items(root, "keys")) {
    reader.check_names(object, "a key", KeyNames);
    state.keys.push_back(
        {reader.text(object, "id"), reader.text(object, "secret"), reader.text(object, "token")});
  }
  state.denied = reader.texts(root, "denied");
  read_things(reader, root, "instances", state.instances,
              [&](const Node& object) { return read_instance(reader, object, zone); });
  read_things(reader, root, "tasks", state.tasks,
              [&](const Node& object) { return read_task(reader, object, zone); });
  const std::vector<Node> faults = reader.items(root, "faults");
  if (faults.size() > CloudFaults::FaultsMax / 4) reader.fail("too many faults", "keep 256");
  for (const Node& object : faults) state.faults.push_back(read_fault(reader, object));
  if (reader.error()) return std::unexpected(*reader.error());
  return state;
}

void StateKeeper::apply(const CloudState& state, base::Instant now) {
  for (const std::string& key : keys_) cloud_.authority().remove_key(key);
  keys_.clear();
  for (const wire::Credentials& key : state.keys) {
    cloud_.authority().add_key(key);
    keys_.push_back(key.access_key_id);
  }
  for (const std::string& action : denied_) cloud_.authority().allow(action);
  denied_ = state.denied;
  for (const std::string& action : denied_) cloud_.authority().deny(action);
  apply_instances(state, now);
  apply_tasks(state, now);
  for (const FaultNumber fault : faults_) cloud_.remove_fault(fault);
  faults_.clear();
  for (const CloudFault& fault : state.faults) {
    if (const auto number = cloud_.add_fault(fault)) faults_.push_back(*number);
  }
}

void StateKeeper::apply_instances(const CloudState& state, base::Instant now) {
  std::erase_if(instances_, [&](const auto& one) {
    if (state.instances.contains(one.first)) return false;
    cloud_.inventory().terminate(one.second, now);
    return true;
  });
  for (const auto& [name, spec] : state.instances) {
    const auto known = instances_.find(name);
    if (known == instances_.end()) {
      instances_[name] = cloud_.inventory().launch(spec, now);
    } else if (Instance* instance = cloud_.inventory().find(known->second)) {
      instance->spec = spec;
    }
  }
}

void StateKeeper::apply_tasks(const CloudState& state, base::Instant now) {
  std::erase_if(tasks_, [&](const auto& one) {
    if (state.tasks.contains(one.first)) return false;
    cloud_.inventory().stop_task(one.second, now);
    return true;
  });
  for (const auto& [name, spec] : state.tasks) {
    const auto known = tasks_.find(name);
    if (known == tasks_.end()) {
      tasks_[name] = cloud_.inventory().run_task(spec, now);
    } else if (Task* task = cloud_.inventory().find_task(known->second)) {
      task->spec = spec;
    }
  }
}

}  // namespace splitscope::cloud
