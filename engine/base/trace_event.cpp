#include "engine/base/trace_event.hpp"

#include <array>

namespace splitscope::base {
namespace {

struct KindName {
  EventKind kind;
  std::string_view name;
};
constexpr std::array<KindName, 53> Names{{
    {EventKind::RunStarted, "run_started"},
    {EventKind::FaultApplied, "fault_applied"},
    {EventKind::FaultHealed, "fault_healed"},
    {EventKind::FaultTouched, "fault_touched"},
    {EventKind::PhaseEntered, "phase_entered"},
    {EventKind::ExpectationDecided, "expectation_decided"},
    {EventKind::Intervention, "intervention"},
    {EventKind::AvailabilityChanged, "availability_changed"},
    {EventKind::ProcessStarted, "process_started"},
    {EventKind::ProcessExited, "process_exited"},
    {EventKind::ProcessPaused, "process_paused"},
    {EventKind::ProcessResumed, "process_resumed"},
    {EventKind::HostPoweredOff, "host_powered_off"},
    {EventKind::HostPoweredOn, "host_powered_on"},
    {EventKind::ClockStepped, "clock_stepped"},
    {EventKind::ClockDrifts, "clock_drifts"},
    {EventKind::ConnectionOpened, "connection_opened"},
    {EventKind::ConnectionFailed, "connection_failed"},
    {EventKind::ConnectionClosed, "connection_closed"},
    {EventKind::MessageSent, "message_sent"},
    {EventKind::MessageReceived, "message_received"},
    {EventKind::MessageMalformed, "message_malformed"},
    {EventKind::MemberStarting, "member_starting"},
    {EventKind::MemberJoined, "member_joined"},
    {EventKind::JoinFailed, "join_failed"},
    {EventKind::ViewChanged, "view_changed"},
    {EventKind::MemberAdded, "member_added"},
    {EventKind::MemberRemoved, "member_removed"},
    {EventKind::MemberSuspected, "member_suspected"},
    {EventKind::SuspicionCleared, "suspicion_cleared"},
    {EventKind::MasterChanged, "master_changed"},
    {EventKind::AddressBlacklisted, "address_blacklisted"},
    {EventKind::MastershipClaimed, "mastership_claimed"},
    {EventKind::MastershipWon, "mastership_won"},
    {EventKind::MastershipVote, "mastership_vote"},
    {EventKind::ListPublished, "list_published"},
    {EventKind::HeartbeatMissed, "heartbeat_missed"},
    {EventKind::SplitBrainChecked, "split_brain_checked"},
    {EventKind::MergeStarted, "merge_started"},
    {EventKind::MergeFinished, "merge_finished"},
    {EventKind::ExplicitSuspicion, "explicit_suspicion"},
    {EventKind::HeartbeatReset, "heartbeat_reset"},
    {EventKind::ShutdownStarted, "shutdown_started"},
    {EventKind::ShutdownFinished, "shutdown_finished"},
    {EventKind::JoinRequestRefused, "join_request_refused"},
    {EventKind::AddressLearned, "address_learned"},
    {EventKind::MemberStarted, "member_started"},
    {EventKind::PartitionsArranged, "partitions_arranged"},
    {EventKind::PartitionsLost, "partitions_lost"},
    {EventKind::MigrationsFinished, "migrations_finished"},
    {EventKind::DataMerged, "data_merged"},
    {EventKind::CloudCallEnded, "cloud_call_ended"},
    {EventKind::DiscoveryEnded, "discovery_ended"},
}};

}  // namespace

std::string_view to_text(EventKind kind) {
  for (const KindName& entry : Names) {
    if (entry.kind == kind) return entry.name;
  }
  return "unknown";
}

EventKind event_kind(std::string_view name) {
  for (const KindName& entry : Names) {
    if (entry.name == name) return entry.kind;
  }
  return EventKind::None;
}

}  // namespace splitscope::base
