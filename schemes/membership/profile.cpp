#include "schemes/membership/profile.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "schemes/membership/properties.hpp"

namespace splitscope::schemes {

using base::Duration;
using base::Error;
using base::failure;
using base::Result;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using Properties = std::map<std::string, std::string>;

namespace {

// Enough for whole runs of properties; what a file may hold at most.
constexpr std::size_t PropertyCountMax = 10'000;

struct DurationField {
  std::string_view name;
  Duration Settings::* field;
};
constexpr std::array DurationFields{
    DurationField{"hazelcast.heartbeat.interval.seconds", &Settings::heartbeat_interval},
    DurationField{"hazelcast.max.no.heartbeat.seconds", &Settings::max_no_heartbeat},
    DurationField{"hazelcast.heartbeat.phiaccrual.failuredetector.min.std.dev.millis",
                  &Settings::phi_min_std_dev},
    DurationField{"hazelcast.master.confirmation.interval.seconds",
                  &Settings::master_confirmation_interval},
    DurationField{"hazelcast.max.no.master.confirmation.seconds",
                  &Settings::max_no_master_confirmation},
    DurationField{"hazelcast.member.list.publish.interval.seconds",
                  &Settings::member_list_publish_interval},
    DurationField{"hazelcast.merge.first.run.delay.seconds", &Settings::merge_first_run_delay},
    DurationField{"hazelcast.merge.next.run.delay.seconds", &Settings::merge_next_run_delay},
    DurationField{"hazelcast.wait.seconds.before.join", &Settings::wait_before_join},
    DurationField{"hazelcast.max.wait.seconds.before.join", &Settings::max_wait_before_join},
    DurationField{"hazelcast.max.join.seconds", &Settings::max_join},
    DurationField{"hazelcast.max.join.merge.target.seconds", &Settings::max_join_merge_target},
    DurationField{"hazelcast.tcp.join.previously.joined.member.address.retention.seconds",
                  &Settings::address_retention},
    DurationField{"hazelcast.mastership.claim.timeout.seconds",
                  &Settings::mastership_claim_timeout},
    DurationField{"hazelcast.connect.all.wait.seconds", &Settings::connect_all_wait},
    DurationField{"hazelcast.connection.monitor.interval", &Settings::connection_monitor_interval},
    DurationField{"hazelcast.socket.connect.timeout.seconds", &Settings::socket_connect_timeout},
    DurationField{"hazelcast.graceful.shutdown.max.wait", &Settings::graceful_shutdown_max_wait},
    DurationField{"hazelcast.stale.join.prevention.duration.seconds",
                  &Settings::stale_join_prevention},
    DurationField{"hazelcast.partial.member.disconnection.resolution.algorithm.timeout.seconds",
                  &Settings::partial_disconnection_algorithm_timeout},
    DurationField{"hazelcast.partition.table.send.interval",
                  &Settings::partition_table_send_interval},
    DurationField{"hazelcast.partition.backup.sync.interval",
                  &Settings::partition_backup_sync_interval},
    DurationField{"hazelcast.partition.migration.timeout", &Settings::partition_migration_timeout},
    DurationField{"hazelcast.operation.call.timeout.millis", &Settings::operation_call_timeout},
    DurationField{"hazelcast.operation.backup.timeout.millis", &Settings::operation_backup_timeout},
    DurationField{"hazelcast.invocation.retry.pause.millis", &Settings::invocation_retry_pause},
};

struct CountField {
  std::string_view name;
  std::uint32_t Settings::* field;
};
constexpr std::array CountFields{
    CountField{"hazelcast.heartbeat.phiaccrual.failuredetector.threshold",
               &Settings::phi_threshold_thousandths},
    CountField{"hazelcast.heartbeat.phiaccrual.failuredetector.sample.size",
               &Settings::phi_sample_size},
    CountField{"hazelcast.tcp.join.port.try.count", &Settings::tcp_join_port_try_count},
    CountField{"hazelcast.connection.monitor.max.faults", &Settings::connection_monitor_max_faults},
    CountField{"hazelcast.initial.min.cluster.size", &Settings::initial_min_cluster_size},
    CountField{"hazelcast.partial.member.disconnection.resolution.heartbeat.count",
               &Settings::partial_disconnection_heartbeat_count},
    CountField{"hazelcast.partition.count", &Settings::partition_count},
    CountField{"hazelcast.invocation.max.retry.count", &Settings::invocation_max_retry_count},
};

constexpr std::string_view ParallelMigrationsProperty =
    "hazelcast.partition.max.parallel.migrations";

constexpr std::string_view DetectorProperty = "hazelcast.heartbeat.failuredetector.type";

void store(Settings& settings, const PropertyRow& row, std::int64_t value) {
  const Duration unit = row.unit == PropertyUnit::Milliseconds ? Duration{1ms} : Duration{1s};
  for (const auto& [name, field] : DurationFields) {
    if (name == row.name) settings.*field = unit * value;
  }
  for (const auto& [name, field] : CountFields) {
    if (name == row.name) settings.*field = static_cast<std::uint32_t>(value);
  }
  if (row.name == ParallelMigrationsProperty) {
    settings.behaviour.parallel_migrations = static_cast<std::uint32_t>(value);
  }
  if (row.name == DetectorProperty) {
    settings.failure_detector = value == 1 ? DetectorKind::PhiAccrual : DetectorKind::Deadline;
  }
}

// Defaults are data of ours and always parse; the tests say so for every row.
void store_default(Settings& settings, const PropertyRow& row) {
  const std::string_view text = default_value(row, settings.profile.engine, settings.profile.wso2);
  if (text.empty()) return;
  const auto value = parse_property(row, text);
  SPLITSCOPE_ASSERT(value.has_value());
  store(settings, row, *value);
}

std::optional<Error> store_user_value(Settings& settings, const std::string& name,
                                      const std::string& text) {
  const PropertyRow* row = find_property(name);
  if (row != nullptr) {
    const auto value = parse_property(*row, text);
    if (!value) return value.error();
    if (default_value(*row, settings.profile.engine, false).empty()) {
      settings.ignored_properties.push_back(name);  // another engine's: this one reads it never
    } else {
      store(settings, *row, *value);
    }
    return std::nullopt;
  }
  if (const auto nearest = nearest_property(name)) {
    return Error{fmt::format("{} is no property of Hazelcast; write {}", name, *nearest)};
  }
  if (is_membership_name(name)) {
    return Error{fmt::format(
        "{} is not a membership property that is known here; correct or remove it", name)};
  }
  settings.ignored_properties.push_back(name);
  return std::nullopt;
}

// Sums of these stay far from the end of time, whatever the user writes.
Duration capped(Duration duration) {
  constexpr Duration TenYears = std::chrono::hours{24 * 3652};
  return std::min(duration, TenYears);
}

// Linux gives up a connection attempt after about this long.
constexpr Duration KernelConnectLimit = std::chrono::seconds{130};

Duration slack(std::uint32_t member_count) {
  return Duration{2s} + Duration{10ms} * member_count;
}

// From the start until a joiner knows its master, or is its own. By addresses: two rounds of
// questions, one address that swallows SYNs, one vote. By multicast: all tries at their slowest gap
// (multicast_rules.hpp has the formula of the tries).
Duration discovery_bound(const Settings& settings, SchemeKind scheme) {
  if (scheme == SchemeKind::Multicast) {
    return (settings.multicast.timeout / 125ms + 9) * Duration{200ms};
  }
  const bool asks_cloud = scheme == SchemeKind::Aws || scheme == SchemeKind::Ecs;
  // A cloud that answers at once, asked as long as it may be.
  const Duration cloud = asks_cloud ? capped(settings.wait_before_join) + 2s : Duration::zero();
  const Duration connect = settings.socket_connect_timeout == Duration::zero()
                               ? KernelConnectLimit
                               : capped(settings.socket_connect_timeout);
  return cloud + 2 * capped(settings.connection_timeout) + connect + ClaimVoteWait;
}

// The master gathers joiners, the joiner asks at intervals and looks at intervals.
Duration admission_bound(const Settings& settings) {
  const bool gathers = settings.wait_before_join > Duration::zero();
  return (gathers ? capped(settings.max_wait_before_join) : Duration::zero()) +
         2 * JoinRequestRetry + JoinedPoll;
}

// The limit of silence; a heartbeat may have come just before and the check may come just after.
// Phi accrual adds its quantile of a deviation of half an interval, and one mean interval. In 3.5
// each further lost member waits for connection attempts to the one before (rule 8).
Duration detection_bound(const Settings& settings, std::uint32_t member_count) {
  const Duration interval = capped(settings.heartbeat_interval);
  Duration bound = capped(settings.max_no_heartbeat) + 2 * interval;
  if (settings.failure_detector == DetectorKind::PhiAccrual) {
    const Duration deviation = std::max(capped(settings.phi_min_std_dev), interval / 2);
    const std::int64_t quantile_max = 15;  // standard deviations, at threshold 100
    bound += interval + quantile_max * deviation;
  }
  if (!settings.behaviour.has_mastership_claim) bound += Duration{3300ms} * member_count;
  return bound;
}

// The claimant waits a slice for each silent member that it does not suspect yet, one after another
// (rule 9), and gives up at its time-out.
Duration claim_bound(const Settings& settings, std::uint32_t member_count) {
  if (!settings.behaviour.has_mastership_claim) return Duration::zero();
  const std::uint32_t silent_max = member_count > 3 ? member_count - 2 : 1;
  return std::min(capped(settings.mastership_claim_timeout), FetchMembersSlice * silent_max);
}

// Two ticks of the losing master (the first may find a removal under way), the check, the direct
// attempt at the target, then admission.
Duration heal_bound(const Settings& settings) {
  const Duration first = capped(settings.merge_first_run_delay);
  const Duration next = capped(settings.merge_next_run_delay);
  return std::max(first, next) + next + SplitBrainCheckWait +
         capped(settings.max_join_merge_target) + admission_bound(settings);
}

}  // namespace

Behaviour behaviour_of(Profile profile) {
  Behaviour behaviour;
  behaviour.wso2_listener_learns = profile.wso2;
  switch (profile.engine) {
    case Engine::Hz53:
      break;
    case Engine::Hz312:
      behaviour.has_master_confirmation = true;
      // WSO2 ships 3.12.2, which was recorded to forget; plain 3.12 is 3.12.13 here.
      behaviour.keeps_joined_addresses = !profile.wso2;
      behaviour.keeps_checking_addresses = false;
      behaviour.non_master_names_master = false;
      behaviour.failed_connection_ends_vote = true;
      behaviour.parallel_migrations = 1;
      behaviour.migration_time_min = 4ms;
      behaviour.migration_time_max = 8ms;
      behaviour.merge_pause_min = 100ms;
      behaviour.merge_pause_max = 200ms;
      behaviour.shutdown_pause_min = 250ms;
      behaviour.shutdown_pause_max = 700ms;
      break;
    case Engine::Hz35:
      behaviour.has_view_versions = false;
      behaviour.has_mastership_claim = false;
      behaviour.has_master_confirmation = true;
      behaviour.only_master_is_watched = true;
      behaviour.has_explicit_suspicion = false;
      behaviour.keeps_joined_addresses = false;
      behaviour.keeps_checking_addresses = false;
      behaviour.non_master_names_master = false;
      behaviour.failed_connection_ends_vote = true;
      behaviour.tie_break = TieBreak::GreaterHash;
      behaviour.checks_cluster_version = false;
      break;
  }
  return behaviour;
}

Result<Settings> resolve_settings(Profile profile, const Properties& properties) {
  if (properties.size() > PropertyCountMax) {
    return failure(
        fmt::format("{} properties are set; the most is {}", properties.size(), PropertyCountMax));
  }
  Settings settings;
  settings.profile = profile;
  settings.behaviour = behaviour_of(profile);
  for (const PropertyRow& row : property_table()) store_default(settings, row);
  for (const auto& [name, text] : properties) {
    if (auto error = store_user_value(settings, name, text)) {
      return std::unexpected(std::move(*error));
    }
  }
  return settings;
}

Result<Settings> resolve_settings(const ClusterConfig& config) {
  auto settings = resolve_settings({config.engine, config.wso2}, config.properties);
  if (!settings) return settings;
  settings->connection_timeout = config.wka.connection_timeout;
  settings->multicast = config.multicast;
  settings->data = config.data;
  return settings;
}

Bounds compute_bounds(const Settings& settings, SchemeKind scheme, std::uint32_t member_count) {
  SPLITSCOPE_ASSERT(member_count >= 1);
  Bounds bounds;
  bounds.join = discovery_bound(settings, scheme) + admission_bound(settings) + slack(member_count);
  bounds.detect = detection_bound(settings, member_count) + slack(member_count);
  bounds.elect = bounds.detect + claim_bound(settings, member_count);
  bounds.merge = heal_bound(settings) + slack(member_count);
  return bounds;
}

}  // namespace splitscope::schemes
