// A fault on packets: a rule looks at a packet and says what becomes of it. Rules are pure (packet,
// time and random numbers in, verdict out), so that the simulator and the user-space switch share
// them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/prng.hpp"
#include "engine/base/time.hpp"
#include "engine/net/address_set.hpp"
#include "engine/net/packet.hpp"

namespace splitscope::net {

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

// Which packets a rule is for.
struct PacketMatch {
  AddressSet from;
  AddressSet to;
  AddressGroups apart;    // if any: only packets between two of these groups
  bool both_ways = true;  // also packets from `to` to `from`
  bool only_multicast = false;
  std::uint16_t port = 0;  // destination port, 0 = any
  std::optional<Protocol> protocol;
  // A cable or switch port rather than an IP filter: ARP is struck too, so that neighbours are
  // found dead and connecting to them fails sooner.
  bool all_frames = false;

  bool matches(const PacketView& packet) const {
    // The cheapest questions first: most packets are turned away by one of these.
    if (port != 0 && packet.destination.port != port) return false;
    if (only_multicast && !packet.is_multicast()) return false;
    if (protocol.has_value() && *protocol != packet.protocol) return false;
    if (packet.protocol == Protocol::Arp && !all_frames) return false;
    return matches_addresses(packet.source.address, packet.destination.address);
  }

 private:
  bool matches_addresses(base::Ipv4 source, base::Ipv4 destination) const;
};

// The concrete rules of this version, as one value type: cheap to test, nothing to allocate. A
// partition is a Cut whose match has groups apart; a flapping link is a schedule over a Cut.
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

// Something that rules can be installed in: a network, or the lab's switch.
class RuleHost {
 public:
  virtual RuleId install(PacketRule rule) = 0;
  // Removing twice is fine. What a hold kept is let go.
  virtual void remove(RuleId id) = 0;

 protected:
  ~RuleHost() = default;
};

// A rule for as long as this lives. Movable; `host` must outlive it.
class RuleGuard {
 public:
  RuleGuard(RuleHost& host, PacketRule rule) : host_(&host), id_(host.install(std::move(rule))) {}
  RuleGuard(RuleGuard&& other) noexcept
      : host_(std::exchange(other.host_, nullptr)), id_(other.id_) {}
  RuleGuard& operator=(RuleGuard&& other) noexcept {
    std::swap(host_, other.host_);
    std::swap(id_, other.id_);
    return *this;
  }
  ~RuleGuard() { remove(); }

  RuleId id() const { return id_; }
  // Ends it early.
  void remove() {
    if (RuleHost* host = std::exchange(host_, nullptr)) host->remove(id_);
  }

 private:
  RuleHost* host_;
  RuleId id_;
};

// The rules in force, in the order they were installed. Each sees the packet until one drops,
// rejects or holds it. Delays add up. Every Duplicate that strikes makes one more copy, up to
// CopiesMax; copies are not judged again and share the delays of the original.
class RuleChain {
 public:
  static constexpr std::size_t CopiesMax = 3;
  static constexpr std::size_t RulesMax = 65'536;  // in force at one time

  struct Outcome {
    Verdict::Kind kind = Verdict::Kind::Pass;  // Pass, Drop, Reject or Hold
    RejectKind reject = RejectKind::HostUnreachable;
    std::uint8_t copies = 0;
    RuleId decided_by;  // of Drop, Reject and Hold
    base::Duration delay{};
    std::array<base::Duration, CopiesMax> copy_delays{};  // after the original
  };

  // Precondition: fewer than RulesMax rules are in force.
  RuleId install(PacketRule rule);
  // Removing twice is fine; the effect stays known.
  void remove(RuleId id);
  RuleEffect effect(RuleId id) const;
  bool is_empty() const { return rules_.empty(); }
  bool is_installed(RuleId id) const;

  // Whether any rule looks at this packet; if not, judge() lets it pass and draws nothing.
  bool touches(const PacketView& packet) const { return !rules_.empty() && any_matches(packet); }
  Outcome judge(const PacketView& packet, base::Instant now, base::Prng& random);

 private:
  struct Entry {
    RuleId id;
    PacketRule rule;
  };
  bool any_matches(const PacketView& packet) const;

  std::vector<Entry> rules_;
  std::vector<RuleEffect> removed_;  // by id
};

}  // namespace splitscope::net
