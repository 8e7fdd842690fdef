// A fault on packets: a rule looks at a packet and says what becomes of it. Rules are pure (packet,
// time and random numbers in, verdict out), so that the simulator and the user-space switch share
// them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/base/prng.hpp"
#include "engine/base/time.hpp"
#include "engine/net/packet.hpp"

namespace splitscope::net {

// How a rejected packet is answered.
enum class RejectKind : std::uint8_t { TcpReset, PortUnreachable, HostUnreachable, Prohibited };

struct Verdict {
  enum class Kind : std::uint8_t { Pass, Deliver, Duplicate, Drop, Reject, Hold };
  Kind kind = Kind::Pass;
  base::Duration delay{};  // Deliver: added to the link's; Duplicate: of the copy
  RejectKind reject = RejectKind::HostUnreachable;
};

// What one rule did so far. The effect ledger is made of these.
struct RuleEffect {
  std::uint64_t matched = 0;
  std::uint64_t dropped = 0;
  std::uint64_t delayed = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t rejected = 0;
  friend bool operator==(const RuleEffect&, const RuleEffect&) = default;
};

// A set of addresses; empty means every address.
class AddressSet {
 public:
  AddressSet() = default;
  explicit AddressSet(std::vector<base::Ipv4> addresses);
  bool contains(base::Ipv4 address) const;
  bool is_everything() const { return addresses_.empty(); }

 private:
  std::vector<base::Ipv4> addresses_;  // sorted
};

// Which packets a rule is for.
struct PacketMatch {
  AddressSet from;
  AddressSet to;
  bool both_ways = true;  // also packets from `to` to `from`
  bool only_multicast = false;
  std::uint16_t port = 0;  // destination port, 0 = any
  bool matches(const PacketView& packet) const;
};

// The concrete rules of this version, as one value type: cheap to test, nothing to allocate.
struct PacketRule {
  enum class Action : std::uint8_t {
    Cut,        // drops all
    Lose,       // drops with `probability`
    LoseBurst,  // Gilbert-Elliott: in the bad state (entered with `probability`, left with
                // `recovery`) everything is dropped
    Delay,      // adds `delay` and up to `jitter`
    Duplicate,  // with `probability` a copy follows after up to `delay`
    Reorder,    // with `probability` adds up to `delay`
    Throttle,   // `bits_per_second`, queue of `queue_max`
    Reject,
    Hold,  // kept until the rule goes, then sent in order
  };
  Action action = Action::Cut;
  PacketMatch match;
  base::Probability probability = base::Probability::always();
  base::Probability recovery = base::Probability::always();
  base::Duration delay{};
  base::Duration jitter{};
  std::uint64_t bits_per_second = 0;
  base::Duration queue_max = std::chrono::milliseconds{200};
  RejectKind reject = RejectKind::HostUnreachable;

  // State and effect.
  bool is_bad = false;
  base::Instant busy_until{};
  RuleEffect effect{};

  // What becomes of a packet; counts the effect. Draws only if the packet matches.
  Verdict on_packet(const PacketView& packet, base::Instant now, base::Prng& random);
};

struct RuleId {
  std::uint32_t value = 0;
  friend auto operator<=>(const RuleId&, const RuleId&) = default;
};

// The rules in force, in the order they were installed. All see the packet until one drops, rejects
// or holds it; delays add up; at most one copy is made.
class RuleChain {
 public:
  struct Outcome {
    Verdict::Kind kind = Verdict::Kind::Pass;  // Pass, Drop, Reject or Hold
    base::Duration delay{};
    bool has_copy = false;
    base::Duration copy_delay{};
    RejectKind reject = RejectKind::HostUnreachable;
    RuleId held_by;
  };

  RuleId install(PacketRule rule);
  // Removing twice is fine; the effect stays known.
  void remove(RuleId id);
  RuleEffect effect(RuleId id) const;
  bool is_empty() const { return rules_.empty(); }
  bool is_installed(RuleId id) const;

  Outcome judge(const PacketView& packet, base::Instant now, base::Prng& random);

 private:
  struct Entry {
    RuleId id;
    PacketRule rule;
  };
  std::vector<Entry> rules_;
  std::vector<RuleEffect> removed_;  // by id
};

}  // namespace splitscope::net
