// The user-space switch as a pure thing: frames of hosts in, frames to hosts out, at moments that
// the caller names. What happens to a frame is engine/net's to say, as in the simulator; the switch
// adds what cables, bridges and routers do: ARP between hosts, IGMP memberships, hops, and the
// answers to what is rejected. Start reading at on_frame().
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/lab/delay_line.hpp"
#include "engine/lab/frame.hpp"
#include "engine/net/fabric.hpp"
#include "engine/net/icmp_limiter.hpp"

namespace splitscope::lab {

// What became of a frame that a host sent.
enum class FrameFate : std::uint8_t { Sent, Lost, Dropped, Rejected, Held, NoRoute, Malformed };
std::string_view to_text(FrameFate fate);

// Sees every IPv4 and ARP frame that hosts send, for captures. For multicast it is told the gravest
// of its receivers' fates.
class FrameObserver {
 public:
  virtual void on_frame(base::Instant at, net::HostId from, FrameBytes frame, FrameFate fate) = 0;

 protected:
  ~FrameObserver() = default;
};

// Where frames leave the switch.
class FrameSink {
 public:
  // False if the host's cable takes no more at the moment: the frame is lost.
  virtual bool deliver(net::HostId to, FrameBytes frame) = 0;

 protected:
  ~FrameSink() = default;
};

struct SwitchCounters {
  std::uint64_t received = 0;
  std::uint64_t delivered = 0;
  std::uint64_t malformed = 0;
  std::uint64_t foreign = 0;     // IPv6 and the like: not carried
  std::uint64_t overflowed = 0;  // too many frames under way, or the host's cable was full
  friend bool operator==(const SwitchCounters&, const SwitchCounters&) = default;
};

class SwitchCore {
 public:
  static constexpr std::size_t HeldFramesMax = 16'384;
  static constexpr std::size_t GroupsMax = 256;  // of one host

  explicit SwitchCore(std::uint64_t seed);

  // Hosts and subnets are the topology's. A host of it is silent until it is plugged in.
  net::Fabric& fabric() { return fabric_; }
  const net::Fabric& fabric() const { return fabric_; }
  void plug_in(net::HostId host);
  // From now on nothing leaves it and nothing arrives. Its groups are forgotten.
  void pull_out(net::HostId host);

  net::RuleId install(net::PacketRule rule) { return fabric_.rules().install(std::move(rule)); }
  // What a hold kept is judged again and sent now, in order.
  void remove(net::RuleId rule, base::Instant now);

  void on_frame(net::HostId from, FrameBytes frame, base::Instant now);
  // When deliver_due() has something to do next.
  base::Instant next_due() const { return line_.next_due(); }
  void deliver_due(base::Instant now, FrameSink& sink);

  const SwitchCounters& counters() const { return counters_; }
  std::vector<base::Ipv4> groups(net::HostId host) const;
  // Must outlive *this, or be reset to none.
  void set_observer(FrameObserver* observer) { observer_ = observer; }

 private:
  struct Port {
    bool plugged = false;
    std::vector<base::Ipv4> groups;
  };
  // How often a host is told by `from`, or by the router, that something is unreachable.
  struct IcmpCredit {
    net::HostId told;
    net::HostId from;
    net::IcmpLimiter limiter;
  };
  struct Held {
    net::RuleId rule;
    net::HostId from;
    net::HostId to;
    std::vector<std::byte> bytes;
  };
  // A frame on its way through, with all that is known of it.
  struct Transit {
    net::HostId from;
    FrameBytes bytes;
    ParsedFrame parsed;
    base::Instant now;
  };

  bool is_plugged(net::HostId host) const;
  Port& port(net::HostId host);
  FrameFate pass(const Transit& transit);
  FrameFate pass_arp(const Transit& transit);
  FrameFate pass_unicast(const Transit& transit);
  FrameFate pass_multicast(const Transit& transit);
  FrameFate cross(const Transit& transit, net::HostId to);
  FrameFate no_way(const Transit& transit, net::HostId to);
  void send(const Transit& transit, net::HostId to, std::uint8_t hops, base::Instant due);
  void reject(const Transit& transit, net::HostId to, const net::PathVerdict& verdict);
  void answer(const Transit& transit, FrameBytes frame, base::Duration delay);
  net::IcmpLimiter& icmp_limiter(net::HostId told, net::HostId from);
  void note_groups(const Transit& transit);
  bool router_answers_for(net::HostId asker, base::Ipv4 target) const;
  void answer_arp(const Transit& transit);

  net::Fabric fabric_;
  base::Prng link_random_;
  base::Prng rule_random_;
  std::vector<Port> ports_;  // by host
  std::vector<Held> held_;
  std::vector<IcmpCredit> icmp_credits_;  // at most one a pair of hosts
  DelayLine line_;
  trace::FrameBuilder builder_;
  SwitchCounters counters_;
  FrameObserver* observer_ = nullptr;
};

}  // namespace splitscope::lab
