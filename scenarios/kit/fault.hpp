// What can go wrong, as values: one Fault is one act, with everything resolved to members and
// numbers, so that a run can record, replay and shrink it. Worlds carry faults out; see
// World::apply.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/cloud_fault.hpp"
#include "engine/base/endpoint.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/prng.hpp"
#include "engine/base/time.hpp"

namespace splitscope::scenarios {

// Numbers are part of traces (EventKind::FaultApplied): never reuse one.
enum class FaultKind : std::uint16_t {
  // Acts on processes; they have no healing but their counterpart.
  Kill = 1,     // kill -9: the kernel closes the sockets
  Stop = 2,     // graceful shutdown
  Start = 3,    // of an absent member
  Restart = 4,  // kill -9, then start after `after`
  Pause = 5,    // SIGSTOP; healing resumes
  Resume = 6,   // SIGCONT
  Slow = 7,     // every handler takes `delay`; healing restores
  // Acts on hosts.
  PowerOff = 10,       // silence, everything in memory is lost
  PowerOn = 11,        // and its member starts
  Reboot = 12,         // off, and on with its member after `after`
  ChangeAddress = 13,  // the host gets `address` at its next start
  // On packets; healing ends them.
  Partition = 20,  // groups cannot exchange packets; members in no group are not touched
  Cut = 21,        // from groups[0] to groups[1], one way
  Isolate = 22,    // groups[0] from everybody else
  Bridge = 23,     // groups[0] and groups[1] are apart, groups[2] reaches both
  Flap = 24,       // a partition that is on for `down` of every `period`
  Delay = 25,      // adds `delay` and up to `jitter`
  Lose = 26,       // each packet with `probability`
  LoseBurst = 27,  // Gilbert-Elliott: `probability` to go bad, `recovery` to go good
  Duplicate = 28,
  Reorder = 29,   // with `probability`, a packet is held back by up to `delay`
  Throttle = 30,  // `bits_per_second`
  BlockMulticast = 31,
  Reject = 32,     // packets are answered with ICMP (connect: refused or unreachable)
  Hold = 33,       // packets wait; healing releases them in order
  ClosePort = 34,  // packets to `port` of groups[0] are dropped
  // On messages by type, after reassembly at the receiver.
  DropMessage = 40,
  DelayMessage = 41,
  DuplicateMessage = 42,
  HoldMessage = 43,
  // On clocks.
  ClockStep = 50,   // by `step`
  ClockDrift = 51,  // `parts_per_billion`; healing ends the drift
  // Operator errors, in force from the member's next start.
  WrongList = 60,    // `text`: comma-separated well-known entries
  WrongDomain = 61,  // `text`: cluster name
  // On what a cloud answers to groups[0]; `cloud` says how. Healing ends them.
  CloudThrottle = 70,
  CloudLag = 71,
  CloudFail = 72,
  CloudEmpty = 73,
  CloudTruncate = 74,
  CloudLosePage = 75,
  CloudMetadataOff = 76,
  CloudHopLimit = 77,
  CloudExpire = 78,
  CloudCut = 79,
  CloudSlow = 80,
  // The instance is terminated, or the task stopped, and its host is off.
  CloudTerminate = 81,
};
// "kill", "one-way cut", ... for people.
std::string_view to_text(FaultKind kind);

using Members = std::vector<base::NodeId>;  // sorted, no duplicates

struct Fault {
  FaultKind kind = FaultKind::Kill;
  // Meaning by kind: acts have their members in groups[0]; packet faults between sides have a group
  // a side; packet faults on traffic from A to B have groups[0] = A and groups[1] = B, both
  // directions unless `one_way`. An empty group means everybody.
  std::vector<Members> groups;
  bool one_way = false;
  bool all_frames = false;  // the cable rather than a filter: ARP finds nobody either

  base::Duration delay{};
  base::Duration jitter{};
  base::Duration after{};
  base::Duration period{};
  base::Duration down{};
  base::Probability probability = base::Probability::always();
  base::Probability recovery = base::Probability::always();
  std::uint64_t bits_per_second = 0;
  std::uint16_t port = 0;
  base::Ipv4 address{};

  std::string message_type;  // "FinalizeJoin"; empty = any
  std::uint32_t nth = 0;     // only the n-th matching message; 0 = all
  std::uint32_t first = 0;   // only the first so many; 0 = all

  base::Duration step{};
  std::int64_t parts_per_billion = 0;
  std::string text;
  // Of Start, in force for that life.
  std::map<std::string, std::string> properties;
  std::optional<base::Duration> boot;  // how long the program boots; its port is bound half-way
  cloud::CloudFault cloud;             // without its callers, who are groups[0]

  std::optional<base::Duration> lasting;  // heals by itself after this
  std::string label;                      // how the script wrote it, for reports
  std::uint32_t line = 0;                 // of the script, 0 = none
};

// Index of an applied fault in its run, from 0.
struct FaultId {
  std::uint32_t value = 0;
  friend auto operator<=>(const FaultId&, const FaultId&) = default;
};

// What a fault touched so far. All zero = it had no effect, and the run cannot pass.
struct Effect {
  std::uint64_t packets_matched = 0;
  std::uint64_t packets_dropped = 0;
  std::uint64_t packets_delayed = 0;
  std::uint64_t packets_changed = 0;  // duplicated, reordered, rejected
  std::uint64_t messages = 0;         // dropped, delayed, duplicated or held by type
  std::uint64_t connections = 0;
  std::uint64_t processes = 0;
  std::uint64_t hosts = 0;
  std::uint64_t clocks = 0;
  std::uint64_t calls = 0;  // of a cloud, that came out otherwise

  bool is_none() const {
    return packets_dropped + packets_delayed + packets_changed + messages + connections +
               processes + hosts + clocks + calls ==
           0;
  }
  friend bool operator==(const Effect&, const Effect&) = default;
};

struct AppliedFault {
  Fault fault;
  base::Instant applied_at;
  base::Instant asked_at;  // earlier where carrying it out takes time: on real machines
  std::optional<base::Instant> healed_at;
  Effect effect;
};

}  // namespace splitscope::scenarios
