// The way of a packet between two kernels. What becomes of those that arrive is in datagrams.cpp
// and tcp_receive.cpp.
#include <algorithm>

#include "engine/base/assert.hpp"
#include "engine/sim/network.hpp"

namespace splitscope::sim {

// --- sending ---

void Network::loop_back(Packet& packet) {
  absorb_fate(packet, PacketObserver::Fate::Sent);
  deliver_after(packet, LoopbackDelay);
}

void Network::transmit_judged(Packet& packet) {
  const net::PathVerdict verdict = fabric_.judge(packet, packet.from, packet.to, simulation_.now(),
                                                 {.links = random_, .rules = rule_random_});
  using Kind = net::PathVerdict::Kind;
  if (verdict.kind == Kind::Held) {
    absorb_fate(packet, PacketObserver::Fate::Held);
    held_.push_back({verdict.decided_by, packet.slot});
    return;
  }
  if (!verdict.arrives()) {
    const bool rejected = verdict.kind == Kind::Rejected;
    absorb_fate(packet, rejected                        ? PacketObserver::Fate::Rejected
                        : verdict.kind == Kind::Dropped ? PacketObserver::Fate::Dropped
                                                        : PacketObserver::Fate::Lost);
    if (rejected) reject(packet, verdict.reject);
    if (verdict.kind == Kind::NoRoute && packet.protocol == net::Protocol::Tcp) {
      if (icmp_limiter(packet.from, net::NoHost).may_answer_unrouted(simulation_.now())) {
        answer_unreachable(packet, net::RejectKind::NetUnreachable);
      }
    }
    give_back_packet(packet);
    return;
  }
  absorb_fate(packet, PacketObserver::Fate::Sent);
  for (std::uint8_t i = 0; i < verdict.copies; ++i) {
    Packet& copy = take_packet();
    const std::uint32_t slot = copy.slot;
    copy = packet;
    copy.slot = slot;
    if (packet.pipe != NoSlot) ++pipes_[packet.pipe].references;
    deliver_after(copy, verdict.delay + verdict.copy_delays[i]);
  }
  deliver_after(packet, verdict.delay);
}

void Network::remove(net::RuleId rule) {
  fabric_.rules().remove(rule);
  std::vector<Held> held;
  held.swap(held_);
  for (const Held& entry : held) {
    if (entry.rule == rule) {
      transmit(packets_[entry.packet]);
    } else {
      held_.push_back(entry);
    }
  }
}

void Network::copy_payload(const Packet& packet, std::vector<std::byte>& payload) const {
  payload.clear();
  if (packet.length == 0 || packet.sender_slot == NoSlot) return;
  const Socket& sender = sockets_[packet.sender_slot];
  if (sender.out_pipe == NoSlot) return;
  const std::uint64_t end = packet.sequence + packet.length;
  std::uint64_t begin = 0;
  const SmallQueue<Pipe::Entry>& entries = pipes_[sender.out_pipe].entries;
  for (std::size_t at = 0; at < entries.size(); ++at) {
    const Pipe::Entry& entry = entries[at];
    const std::uint64_t from = std::max(begin, packet.sequence);
    const std::uint64_t to = std::min(entry.end, end);
    if (from < to) {
      const auto bytes = entry.frame.bytes().subspan(from - begin, to - from);
      payload.insert(payload.end(), bytes.begin(), bytes.end());
    }
    begin = entry.end;
  }
}

// A firewall answers in the receiver's stead; by ICMP no oftener than the kernel lets it (rule 7).
void Network::reject(const Packet& packet, net::RejectKind kind) {
  if (packet.protocol == net::Protocol::Icmp) return;
  if (kind == net::RejectKind::TcpReset ||
      icmp_limiter(packet.from, packet.to).may_answer(simulation_.now())) {
    answer_unreachable(packet, kind);
  }
}

net::IcmpLimiter& Network::icmp_limiter(net::HostId told, net::HostId by) {
  std::vector<IcmpCredit>& credits = tcp_of(told).icmp_credits;
  const auto found = std::find_if(credits.begin(), credits.end(),
                                  [by](const IcmpCredit& credit) { return credit.from == by; });
  if (found != credits.end()) return found->limiter;
  return credits.emplace_back(IcmpCredit{by, {}}).limiter;
}

void Network::answer_unreachable(const Packet& packet, net::RejectKind kind) {
  Packet& answer = take_packet();
  answer.from = packet.to;
  answer.to = packet.from;
  answer.source = packet.destination;
  answer.destination = packet.source;
  answer.protocol = net::Protocol::Icmp;
  answer.icmp = kind;
  answer.sequence = packet.sequence;
  answer.receiver_slot = packet.sender_slot;
  const net::LinkModel& link = fabric_.link(packet.from, packet.to).model;
  deliver_after(answer, net::draw_delay(link, random_));
}

// --- arriving ---

inline void Network::arrive(const Packet& packet) {
  if (!hosts_[packet.to.value].on) return;
  simulation_.set_cause(packet.cause);
  switch (packet.protocol) {
    case net::Protocol::Tcp:
      on_segment(packet);
      break;
    case net::Protocol::Udp:
      on_datagram(packet);
      break;
    case net::Protocol::Icmp:
      on_icmp(packet);
      break;
    case net::Protocol::Arp:
      SPLITSCOPE_UNREACHABLE();
  }
}

[[gnu::flatten]] void Network::on_event(const Event& event) {
  if (event.event_class() == EventClass::Datagram) {
    land(event);
    return;
  }
  if (event.event_class() == EventClass::KernelTimer) {
    timers_.fire(event, [this](const KernelTimers::Timer& timer) { on_kernel_timer(timer); });
    return;
  }
  Packet& packet = packets_[event.a];
  arrive(packet);
  give_back_packet(packet);
}

[[gnu::always_inline]] inline void Network::prefetch_segment(const Packet& packet,
                                                             const Socket& socket,
                                                             int ahead) const {
  const bool has_data = packet.length > 0;
  if (ahead == 2) {
    if (has_data) {
      prefetch_memory<Socket::ReceivingBytes>(&socket);
    } else {
      prefetch_memory<Socket::SendingBytes>(&socket);
    }
  } else if (has_data && socket.in_pipe != NoSlot) {
    __builtin_prefetch(&pipes_[socket.in_pipe]);
    __builtin_prefetch(socket.owner);
    if (socket.handler != nullptr) socket.handler->expect_message(socket.id, socket.remote.address);
  }
}

[[gnu::always_inline]] inline void Network::prefetch_datagram(const Event& event, int ahead) const {
  const DatagramSocket& socket = first_datagram_sockets_[event.index()];
  if (ahead == 2) {
    __builtin_prefetch(&socket);
    __builtin_prefetch(&in_flight_[event.a]);
  } else if (ahead == 1 && socket.is_open()) {
    prefetch_memory<Process::HotBytes>(socket.process);
    prefetch_memory<ProgramBytes>(socket.handler);
  }
}

void Network::prefetch(const Event& event, int ahead) const {
  if (event.event_class() == EventClass::KernelTimer) return;
  if (event.event_class() == EventClass::Datagram) {
    prefetch_datagram(event, ahead);
    return;
  }
  const Packet& packet = packets_[event.a];
  if (ahead == 3) {
    __builtin_prefetch(&hosts_[event.index()]);
    __builtin_prefetch(&packet);
    __builtin_prefetch(&packet.length);
  } else if (packet.protocol != net::Protocol::Udp && packet.receiver_slot != NoSlot) {
    prefetch_segment(packet, sockets_[packet.receiver_slot], ahead);
  }
}

}  // namespace splitscope::sim
