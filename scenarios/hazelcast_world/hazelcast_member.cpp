#include "scenarios/hazelcast_world/hazelcast_member.hpp"

#include <chrono>

#include <fmt/format.h>

namespace splitscope::scenarios {
namespace {

// A small machine of Java, and what Hazelcast reaches into on Java 17.
constexpr const char* JavaOptions[] = {
    "-Xmx160m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-Djava.net.preferIPv4Stack=true",
    "--add-modules",
    "java.se",
    "--add-exports",
    "java.base/jdk.internal.ref=ALL-UNNAMED",
    "--add-opens",
    "java.base/java.lang=ALL-UNNAMED",
    "--add-opens",
    "java.base/java.nio=ALL-UNNAMED",
    "--add-opens",
    "java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens",
    "java.management/sun.management=ALL-UNNAMED",
    "--add-opens",
    "jdk.management/com.sun.management.internal=ALL-UNNAMED",
};

std::int64_t whole_seconds(base::Duration duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

void add_join(const schemes::ClusterConfig& config, std::vector<std::string>& arguments) {
  if (config.scheme == schemes::SchemeKind::Multicast) {
    const schemes::MulticastConfig& multicast = config.multicast;
    arguments.insert(
        arguments.end(),
        {"join=multicast", "multicast_group=" + base::to_text(multicast.group.address),
         fmt::format("multicast_port={}", multicast.group.port),
         fmt::format("multicast_ttl={}", multicast.ttl),
         fmt::format("multicast_timeout_seconds={}", whole_seconds(multicast.timeout))});
    return;
  }
  arguments.push_back(
      fmt::format("connection_timeout_seconds={}", whole_seconds(config.wka.connection_timeout)));
  for (const schemes::WellKnownEntry& entry : config.wka.members) {
    arguments.push_back("member=" + entry.text);
  }
  if (config.wka.required_member.has_value()) {
    arguments.push_back("required_member=" + *config.wka.required_member);
  }
}

}  // namespace

base::Result<void> HazelcastMember::check(const schemes::ClusterConfig& config) const {
  if (config.wso2) {
    return base::failure(
        "not in this world: WSO2's own code around Hazelcast (the profile \"wso2\"); use the "
        "simulator, or another profile");
  }
  if (config.engine != release_.engine) {
    return base::failure(fmt::format(
        "not in this world: the profile {} with Hazelcast {}; choose a release by --hazelcast, or "
        "the profile {}",
        to_text(config.engine), release_.version, to_text(release_.engine)));
  }
  return {};
}

base::Result<std::vector<std::string>> HazelcastMember::command_line(const MemberLife& life) const {
  const schemes::ClusterConfig& config = life.config;
  std::vector<std::string> arguments{built_.java};
  arguments.insert(arguments.end(), std::begin(JavaOptions), std::end(JavaOptions));
  arguments.insert(
      arguments.end(),
      {"-cp", built_.class_path, "splitscope.Main", fmt::format("name=n{}", life.node.value + 1),
       fmt::format("node={}", life.node.value),
       fmt::format("incarnation={}", life.incarnation.value), "control=" + life.control_path,
       fmt::format("run_start_ns={}", life.run_start.count()),
       "host=" + base::to_text(life.place.address), fmt::format("port={}", life.place.port),
       "cluster=" + config.cluster_name,
       fmt::format("auto_increment={}", config.port_auto_increment),
       fmt::format("port_count={}", config.port_count)});
  add_join(config, arguments);
  for (const auto& [name, value] : config.properties) {
    if (name.starts_with("hazelcast.")) arguments.push_back(fmt::format("{}={}", name, value));
  }
  return arguments;
}

}  // namespace splitscope::scenarios
