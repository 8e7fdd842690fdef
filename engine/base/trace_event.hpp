// One fact of a run. Everything that checkers, metrics, traces and the desktop app know comes as
// these.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"

namespace splitscope::base {

// What happened, and what its arguments mean. Numbers are part of the trace format: never reuse
// one. Endpoints are packed with pack(); a uuid takes two arguments (high, low); durations are in
// ns.
enum class EventKind : std::uint16_t {
  None = 0,

  // The run and its faults: written by the world. Arguments in brackets.
  RunStarted = 1,          // [seed]
  FaultApplied = 2,        // [fault index, fault kind]
  FaultHealed = 3,         // [fault index]
  FaultTouched = 4,        // [fault index, packets matched so far]: the first effect only
  PhaseEntered = 5,        // [phase]
  ExpectationDecided = 6,  // [expectation index, 1 = met / 0 = missed]
  Intervention = 7,        // [intervention index]
  // Derived from other facts by who records the run: sequence 0, and not in the digest.
  AvailabilityChanged =
      8,  // [live members, of them agreed, split while kept apart, split needlessly]

  // Hosts and processes.
  ProcessStarted = 20,  // [endpoint of the host's first address, port 0]
  ProcessExited = 21,   // [exit reason: 0 graceful, 1 killed, 2 host off, 3 gave up]
  ProcessPaused = 22,   // []
  ProcessResumed = 23,  // []
  HostPoweredOff = 24,  // []
  HostPoweredOn = 25,   // []
  ClockStepped = 26,    // [signed ns]
  ClockDrifts = 27,     // [signed parts per billion]

  // Connections, as the node sees them.
  ConnectionOpened = 40,  // [peer endpoint, 1 = we connected / 0 = accepted]
  ConnectionFailed = 41,  // [peer endpoint, CloseReason]
  ConnectionClosed = 42,  // [peer endpoint, CloseReason]
  MessageSent = 43,       // [peer endpoint, message type, bytes]
  MessageReceived = 44,   // [peer endpoint, message type, bytes]
  MessageMalformed = 45,  // [peer endpoint, message type]

  // Membership, as the field names it.
  MemberStarting = 60,      // [own endpoint, uuid high, uuid low]
  MemberJoined = 61,        // [master endpoint, view version]: this node is in a cluster
  JoinFailed = 62,          // [JoinFailure]: start-up failed; the process exits
  ViewChanged = 63,         // [version, size, list hash, master endpoint]
  MemberAdded = 64,         // [member endpoint, uuid high, uuid low, index in the view]
  MemberRemoved = 65,       // [member endpoint, uuid high, uuid low, RemovalReason]
  MemberSuspected = 66,     // [member endpoint, uuid high, uuid low, SuspicionReason]
  SuspicionCleared = 67,    // [member endpoint, uuid high, uuid low]
  MasterChanged = 68,       // [new master endpoint, uuid high, uuid low]
  AddressBlacklisted = 69,  // [endpoint, 1 = permanent]
  MastershipClaimed = 70,   // [view version known, members asked]
  MastershipWon = 71,       // [new view version]
  MastershipVote = 72,      // [candidate endpoint, 1 = yes]
  ListPublished = 73,       // [version, receivers]
  HeartbeatMissed = 74,     // [member endpoint, ns since the last one]
  SplitBrainChecked = 75,   // [target endpoint, MergeDecision]
  MergeStarted = 76,        // [target endpoint, members told]
  MergeFinished = 77,       // [target endpoint, 1 = merged / 0 = failed]
  ExplicitSuspicion = 78,   // [sender endpoint, 1 = of our present list]: told to drop the sender
  HeartbeatReset = 79,      // [clock jump in ns]
  ShutdownStarted = 80,     // []
  ShutdownFinished = 81,    // []
  JoinRequestRefused = 82,  // [joiner endpoint, JoinRefusal]
  AddressLearned = 83,      // [endpoint]
  MemberStarted = 84,       // [master endpoint, view version]: its start-up is complete

  // What the cluster holds. Written by the master, but for DataMerged.
  PartitionsArranged = 100,  // [partitions, members]: for the first time
  PartitionsLost = 101,      // [partitions whose owner is gone, of those without a backup left]
  MigrationsFinished = 102,  // [partitions moved or copied, ns that it took]
  DataMerged = 103,          // [keys brought to the cluster that was joined, of those not taken]
  // What a scheme asks a cloud.
  CloudCallEnded = 90,  // [CloudCall, HTTP status or 0 = no answer, try from 1, 1 = good answer]
  DiscoveryEnded = 91,  // [addresses found, 1 = it failed and found none]
};

// A fact. Plain data: traces copy it byte by byte, digests fold it word by word.
struct TraceEvent {
  Instant time;
  std::uint64_t sequence = 0;  // of this fact within the run, from 1
  std::uint64_t cause = 0;     // sequence of the fact that led to it, 0 = none
  NodeId node = NoNode;
  Incarnation incarnation;
  EventKind kind = EventKind::None;
  std::uint16_t flags = 0;
  std::uint32_t reserved = 0;
  std::array<std::uint64_t, 4> arguments{};

  friend bool operator==(const TraceEvent&, const TraceEvent&) = default;
};
static_assert(sizeof(TraceEvent) == 72);

// "member_suspected", for scripts, traces and reports; "unknown" for a kind this version lacks.
std::string_view to_text(EventKind kind);
// The kind of that name, or EventKind::None.
EventKind event_kind(std::string_view name);

}  // namespace splitscope::base
