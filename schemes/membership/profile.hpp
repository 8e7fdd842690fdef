// What an engine does by default, and the typed settings of one cluster: an engine's defaults,
// under the WSO2 overlay where it applies, under the user's own properties. Constants that no
// property governs are named here with their source. Engines differ by the named switches of
// Behaviour; no other code compares versions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::schemes {

struct Profile {
  Engine engine = Engine::Hz53;
  bool wso2 = false;  // AXIS2 mode: WSO2's timeouts and listeners
  friend bool operator==(const Profile&, const Profile&) = default;
};

// Which of two equally large clusters merges into the other.
enum class TieBreak : std::uint8_t {
  GreaterText,  // the master whose "[host]:port" is the greater text (3.9 and later)
  GreaterHash,  // the master whose address hash is greater (3.5)
};
enum class DetectorKind : std::uint8_t { Deadline, PhiAccrual };

// Where engines differ. "rule n": ground truth of recorded clusters, which wins over documents.
struct Behaviour {
  bool has_view_versions = true;         // 3.9 and later
  bool has_mastership_claim = true;      // 3.9 and later: a lost mastership is claimed, not assumed
  bool has_master_confirmation = false;  // 3.5 and 3.12: members confirm their master at intervals
  bool only_master_is_watched = false;   // 3.5: members other than the master watch it alone
  bool has_explicit_suspicion = true;    // 3.9 and later
  // Addresses of members that we shared a cluster with are kept for address_retention and searched
  // (3.12.13 and 5.3.8: rule 13; not 3.5.4, not 3.12.2).
  bool keeps_joined_addresses = true;
  // An address that sent us a split-brain check is kept too, the same time (5.3: rule 13).
  bool keeps_checking_addresses = true;
  // A member that is not master answers a split-brain check with its master's address (5.x); others
  // do not answer.
  bool non_master_names_master = true;
  // A vote asked of a peer ends when connecting to it fails (3.12); else it takes its full wait
  // (5.3: rule 1, 15.5 s instead of 11.2 s when SYNs are dropped).
  bool failed_connection_ends_vote = false;
  TieBreak tie_break = TieBreak::GreaterText;
  // Joiner and cluster must agree in major.minor (3.9 and later); 3.5 compares packet versions
  // only.
  bool checks_cluster_version = true;
  // WSO2's WKA listener: adds each later joiner to the list; of the members found at its own join
  // only those whose host and port both differ from its own (B-1: none, when all use one port).
  bool wso2_listener_learns = false;
  // How long one partition with little data takes to copy, as recorded by the bursts of migrations;
  // a master has so many of them done at once (partition.max.parallel.migrations in 5.x).
  base::Duration migration_time_min = std::chrono::milliseconds{30};
  base::Duration migration_time_max = std::chrono::milliseconds{58};
  std::uint32_t parallel_migrations = 10;
  // From having joined until a merging member offers what it held, at the least, as recorded where
  // no migration made it wait longer.
  base::Duration merge_pause_min = std::chrono::milliseconds{1000};
  base::Duration merge_pause_max = std::chrono::milliseconds{1400};
  // Operations that a lost member was asked for are asked anew so long after it left the list.
  base::Duration member_left_pause = std::chrono::milliseconds{1111};
  // From the call to the first migration of a graceful shutdown (rule 16).
  base::Duration shutdown_pause_min = std::chrono::milliseconds{100};
  base::Duration shutdown_pause_max = std::chrono::milliseconds{400};
  friend bool operator==(const Behaviour&, const Behaviour&) = default;
};
Behaviour behaviour_of(Profile profile);

// The settings of one cluster. Field = property without "hazelcast." unless said otherwise.
struct Settings {
  Profile profile;
  Behaviour behaviour;

  base::Duration heartbeat_interval{};
  base::Duration max_no_heartbeat{};
  DetectorKind failure_detector = DetectorKind::Deadline;
  std::uint32_t phi_threshold_thousandths = 10'000;
  std::uint32_t phi_sample_size = 200;
  base::Duration phi_min_std_dev{};
  base::Duration master_confirmation_interval{};  // 0 = none
  base::Duration max_no_master_confirmation{};    // 0 = none
  base::Duration member_list_publish_interval{};
  base::Duration merge_first_run_delay{};
  base::Duration merge_next_run_delay{};
  base::Duration wait_before_join{};      // wait.seconds.before.join
  base::Duration max_wait_before_join{};  // max.wait.seconds.before.join
  base::Duration max_join{};
  base::Duration max_join_merge_target{};
  std::uint32_t tcp_join_port_try_count = 3;
  base::Duration mastership_claim_timeout{};
  base::Duration connect_all_wait{};
  base::Duration connection_monitor_interval{};
  std::uint32_t connection_monitor_max_faults = 3;  // the next counted fault removes the endpoint
  base::Duration socket_connect_timeout{};          // 0 = the kernel's own
  std::uint32_t initial_min_cluster_size = 0;
  base::Duration graceful_shutdown_max_wait{};
  std::uint32_t partial_disconnection_heartbeat_count = 0;  // 0 = off
  base::Duration partial_disconnection_algorithm_timeout{};
  base::Duration address_retention{};      // of addresses learned at run time; 0 = none
  base::Duration stale_join_prevention{};  // how long a uuid that left may not come back

  // Of what the cluster holds.
  std::uint32_t partition_count = 271;
  base::Duration partition_table_send_interval{};
  base::Duration partition_backup_sync_interval{};
  base::Duration partition_migration_timeout{};
  base::Duration operation_call_timeout{};
  base::Duration operation_backup_timeout{};
  std::uint32_t invocation_max_retry_count = 250;
  base::Duration invocation_retry_pause = std::chrono::milliseconds{500};
  DataConfig data;  // not a property

  // From the join configuration, not properties.
  base::Duration connection_timeout = std::chrono::seconds{5};  // TcpIpConfig; WSO2 connTimeout
  MulticastConfig multicast;

  // Names the user set that nothing here knows, or that this engine lacks: ignored, as Hazelcast
  // does, but worth telling.
  std::vector<std::string> ignored_properties;
  friend bool operator==(const Settings&, const Settings&) = default;
};

// Errors: a value that cannot be (quoted, with what to write); a misspelt membership property (with
// the name that was probably meant).
base::Result<Settings> resolve_settings(Profile profile,
                                        const std::map<std::string, std::string>& properties);
// The same for a whole configuration, with its join configuration.
base::Result<Settings> resolve_settings(const ClusterConfig& config);

// How long things may take in a cluster that behaves as documented. Generous, yet far below
// "never"; each formula is spelled out beside compute_bounds().
struct Bounds {
  base::Duration join{};    // a newcomer's start until it is in the running cluster
  base::Duration detect{};  // a member falls silent until the last survivor has removed it
  base::Duration elect{};   // a master falls silent until all survivors name one live master
  base::Duration merge{};   // the network is whole again until all share one list
  friend bool operator==(const Bounds&, const Bounds&) = default;
};
// Precondition: member_count >= 1.
Bounds compute_bounds(const Settings& settings, SchemeKind scheme, std::uint32_t member_count);

// Constants that are not properties.
inline constexpr std::uint16_t DefaultPort = 5701;  // NetworkConfig
inline constexpr std::uint16_t Wso2Port = 4000;     // axis2.xml localMemberPort
inline constexpr std::uint16_t PortCount = 100;     // NetworkConfig, auto-increment
inline constexpr base::Duration JoinRequestRetry = std::chrono::seconds{1};  // AbstractJoiner
// The joiner's own look at whether it is joined (rule 2).
inline constexpr base::Duration JoinedPoll = std::chrono::seconds{1};
// join() called so often without success makes the node its own master (AbstractJoiner).
inline constexpr std::uint32_t JoinCallLimit = 5;
inline constexpr base::Duration ClaimVoteWait = std::chrono::seconds{10};     // TcpIpJoiner
inline constexpr base::Duration FetchMembersSlice = std::chrono::seconds{5};  // MembershipManager
inline constexpr base::Duration FetchMembersRetry = std::chrono::milliseconds{100};
inline constexpr base::Duration ClockJumpThreshold =
    std::chrono::seconds{120};  // Heartbeat manager
inline constexpr base::Duration SplitBrainCheckWait = std::chrono::seconds{10};   // AbstractJoiner
inline constexpr base::Duration SplitBrainConnectWait = std::chrono::seconds{5};  // AbstractJoiner
inline constexpr base::Duration MergeTaskWait = std::chrono::seconds{30};  // ClusterMergeTask
// A joiner that knows a master by multicast knocks so much longer than
// max.wait.seconds.before.join: 30 s by default (AbstractJoiner).
inline constexpr base::Duration MulticastKnockMargin = std::chrono::seconds{10};
inline constexpr base::Duration MulticastPollWait = std::chrono::seconds{3};  // split-brain search

}  // namespace splitscope::schemes
