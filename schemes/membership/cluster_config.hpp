// What an engineer's configuration files say about one cluster. Importers fill it, schemes run on
// it. Property names are Hazelcast's own, so that a user's settings apply as they are.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/time.hpp"

namespace splitscope::schemes {

// Which discovery strategy finds the addresses that may hold a cluster.
enum class SchemeKind : std::uint8_t { Wka, Multicast, Aws, Ecs, Kubernetes, None };
std::string_view to_text(SchemeKind kind);

// Which engine's rules and defaults apply.
enum class Engine : std::uint8_t { Hz35, Hz312, Hz53 };
// "hz-5.3"
std::string_view to_text(Engine engine);
std::optional<Engine> engine_named(std::string_view name);

// One entry of a well-known list as it was written: "host", "host:port", "10.0.0.10-15:4000".
struct WellKnownEntry {
  std::string text;
  friend bool operator==(const WellKnownEntry&, const WellKnownEntry&) = default;
};

struct WkaConfig {
  std::vector<WellKnownEntry> members;
  // TcpIpConfig's connection timeout (default 5 s); WSO2's connTimeout.
  base::Duration connection_timeout = std::chrono::seconds{5};
  // If set, nothing else is tried (hazelcast.xml's required-member).
  std::optional<std::string> required_member;
  friend bool operator==(const WkaConfig&, const WkaConfig&) = default;
};

// Hazelcast's MulticastConfig; WSO2 has port 45564, TTL 100 and 60 s.
struct MulticastConfig {
  base::Endpoint group{base::ipv4(224, 2, 2, 3), 54327};
  std::uint8_t ttl = 32;
  base::Duration timeout = std::chrono::seconds{2};
  bool loopback = false;
  friend bool operator==(const MulticastConfig&, const MulticastConfig&) = default;
};

// Keys of the cloud schemes, verbatim; secrets are never kept here, only that they were present.
struct CloudConfig {
  std::map<std::string, std::string> parameters;
  bool has_static_keys = false;
  // WSO2 kernels 4.7.0 to 4.9.29 and 4.11.0 to 4.11.19 drop the names of their own documentation
  // (accessKey, tagKey, ...) and read those with hyphens (bug B-4).
  bool drops_camel_case = false;
  // Ask for pages and follow them, as the real plugin does not: it sees what comes unasked.
  bool reads_pages = false;
  friend bool operator==(const CloudConfig&, const CloudConfig&) = default;
};

// What becomes of a key that both sides of a split wrote, when one merges into the other.
enum class MergePolicy : std::uint8_t {
  PutIfAbsent,  // the winning side's value stays (the default)
  LatestUpdate,
  HigherHits,
  PassThrough,  // the merging side's value replaces it
  Discard,      // the merging side brings nothing
};
// "put_if_absent"
std::string_view to_text(MergePolicy policy);
std::optional<MergePolicy> merge_policy_named(std::string_view name);

// How the cluster keeps what it holds: one map stands for all structures.
struct DataConfig {
  std::uint32_t backup_count = 1;  // synchronous; 0 to 6
  // Operations need so many data members in the list (quorum, split-brain protection); 0 = none.
  std::uint32_t split_brain_protection_size = 0;
  MergePolicy merge_policy = MergePolicy::PutIfAbsent;
  // How long copying one partition takes on average; none = as recorded with little data
  // (Behaviour). Each takes between two thirds and four thirds of it.
  std::optional<base::Duration> migration_time;
  friend bool operator==(const DataConfig&, const DataConfig&) = default;
};

// One member as far as the files name it.
struct MemberConfig {
  std::string host;         // as written; empty = not said
  std::uint16_t port = 0;   // 0 = not said
  std::string source_file;  // the per-node file it comes from, empty if it is only listed
  // This member's own well-known list, where the files of one cluster differ; else empty.
  std::vector<WellKnownEntry> well_known;
  friend bool operator==(const MemberConfig&, const MemberConfig&) = default;
};

struct ClusterConfig {
  SchemeKind scheme = SchemeKind::Wka;
  Engine engine = Engine::Hz53;
  bool engine_from_file = false;  // whether a file said so
  bool wso2 = false;  // the WSO2 overlay: its timeouts and its listeners that learn addresses
  std::string cluster_name = "dev";
  std::uint16_t port = 5701;  // WSO2: 4000
  bool port_auto_increment = true;
  std::uint16_t port_count = 100;
  WkaConfig wka;
  MulticastConfig multicast;
  CloudConfig cloud;
  DataConfig data;
  // Explicit properties by their real names ("hazelcast.max.no.heartbeat.seconds" -> "60").
  std::map<std::string, std::string> properties;
  // A group's password, with which our own members on real sockets keep strangers out
  // (docs/join-secret.md); empty = none. Hazelcast itself ignores it. Never printed.
  std::string join_secret;
  // The nodes whose own files were given, else empty.
  std::vector<MemberConfig> nodes;
  friend bool operator==(const ClusterConfig&, const ClusterConfig&) = default;
};

}  // namespace splitscope::schemes
