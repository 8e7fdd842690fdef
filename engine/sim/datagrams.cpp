// UDP: ports, multicast groups, and the way of a datagram from one program to another.
#include <algorithm>

#include "engine/base/assert.hpp"
#include "engine/sim/network.hpp"

namespace splitscope::sim {
namespace {

// The kernel's charge for a buffered datagram (rule 31: 256 of 64 bytes, 166 of 512, 92 of 1,024).
std::uint32_t truesize(std::uint32_t bytes) {
  if (bytes <= 192) return 832;
  if (bytes <= 640) return 1280;
  if (bytes <= 1536) return 2304;
  return bytes + 768;
}

}  // namespace

// --- sockets ---

void Network::open_datagram_socket(net::HostId host, base::Endpoint local, Process& process,
                                   env::DatagramHandler& handler) {
  std::uint32_t slot = host.value;
  if (DatagramSocket& first = datagram_socket(slot); first.is_open()) {
    const std::uint32_t further = further_datagram_sockets_.take();
    SPLITSCOPE_ASSERT(further < DatagramSocket::FurtherBit);
    slot = further | DatagramSocket::FurtherBit;
    datagram_socket(slot).next = std::exchange(first.next, slot);
  }
  DatagramSocket& socket = datagram_socket(slot);
  socket.handler = &handler;
  socket.process = &process;
  socket.local = local;
  socket.host = host;
  ++socket.generation;
  if (local.address.is_multicast()) groups_.push_back(slot);
  ++open_sockets_;
}

void Network::free_datagram_socket(std::uint32_t slot) {
  DatagramSocket& socket = datagram_socket(slot);
  SPLITSCOPE_ASSERT(socket.is_open());
  if (socket.local.address.is_multicast()) std::erase(groups_, slot);
  socket.process = nullptr;
  socket.handler = nullptr;
  socket.waiting.reset();
  --open_sockets_;
  if (slot == socket.host.value) return;
  std::uint32_t* link = &datagram_socket(socket.host.value).next;
  while (*link != slot) link = &datagram_socket(*link).next;
  *link = std::exchange(socket.next, NoSlot);
  further_datagram_sockets_.give_back(slot ^ DatagramSocket::FurtherBit);
}

void Network::free_datagram_sockets(net::HostId host, const Process* process) {
  std::uint32_t slot = host.value;
  do {
    const DatagramSocket& socket = datagram_socket(slot);
    const std::uint32_t next = socket.next;
    const bool is_meant = process == nullptr || socket.process == process;
    if (socket.is_open() && is_meant) free_datagram_socket(slot);
    slot = next;
  } while (slot != NoSlot);
}

std::uint32_t Network::find_member(const Process& process, base::Endpoint group) const {
  const auto found = std::ranges::find_if(groups_, [&](std::uint32_t slot) {
    const DatagramSocket& socket = datagram_socket(slot);
    return socket.process == &process && socket.local == group;
  });
  return found == groups_.end() ? NoSlot : *found;
}

// --- sending ---

Packet& Network::take_datagram(net::HostId from, net::HostId to, const base::Message& datagram) {
  Packet& packet = take_packet();
  packet.protocol = net::Protocol::Udp;
  packet.wire_bytes = HeaderBytes + datagram.size();
  packet.from = from;
  packet.to = to;
  packet.datagram = datagram;
  return packet;
}

inline std::uint32_t Network::launch(base::Endpoint source, const base::Message& datagram) {
  if (launched_last_ != NoSlot) {
    DatagramInFlight& last = in_flight_[launched_last_];
    if (last.references > 0 && last.datagram.shares_with(datagram) && last.source == source &&
        last.cause == simulation_.cause()) {
      ++last.references;
      return launched_last_;
    }
  }
  launched_last_ = in_flight_.take();
  DatagramInFlight& launched = in_flight_[launched_last_];
  launched.datagram = datagram;
  launched.source = source;
  launched.cause = simulation_.cause();
  launched.references = 1;
  return launched_last_;
}

void Network::show_datagram(const net::PacketView& view, net::HostId from, net::HostId to,
                            const base::Message& datagram, PacketObserver::Fate fate) {
  Packet packet;
  static_cast<net::PacketView&>(packet) = view;
  packet.from = from;
  packet.to = to;
  packet.cause = simulation_.cause();
  packet.datagram = datagram;
  observer_->on_packet(simulation_.now(), packet, fate);
}

// Flat, as is on_event(): nearly all that a large run does, so calls within would show.
[[gnu::flatten]] void Network::send_datagram(net::HostId from, std::uint16_t from_port,
                                             base::Endpoint to, const base::Message& datagram) {
  const net::HostId receiver = topology_.host_at(to.address);
  if (receiver == net::NoHost) return;
  const net::PacketView view{.source = {topology_.address(from), from_port},
                             .destination = to,
                             .protocol = net::Protocol::Udp,
                             .wire_bytes = HeaderBytes + datagram.size()};
  if (from != receiver) {
    if (const auto crossing = fabric_.pass_plainly(view, from, receiver, random_)) {
      ++packets_sent_;
      const auto fate = crossing->is_lost ? PacketObserver::Fate::Lost : PacketObserver::Fate::Sent;
      absorb_fate(from, receiver, 0, fate, datagram.hash());
      if (observer_ != nullptr) show_datagram(view, from, receiver, datagram, fate);
      if (crossing->is_lost) return;
      simulation_.schedule(simulation_.now() + crossing->delay, EventClass::Datagram,
                           receiver.value, launch(view.source, datagram), to.port);
      return;
    }
  }
  Packet& packet = take_datagram(from, receiver, datagram);
  static_cast<net::PacketView&>(packet) = view;
  transmit(packet);
}

// With loopback the sender hears itself, as every member on its host does.
void Network::send_multicast(net::HostId from, const env::MulticastOptions& options,
                             const base::Message& datagram) {
  for (const std::uint32_t slot : groups_) {
    const DatagramSocket& member = datagram_socket(slot);
    if (member.local != options.group) continue;
    if (member.host == from && !options.loopback) continue;
    Packet& packet = take_datagram(from, member.host, datagram);
    packet.source = {topology_.address(from), options.group.port};
    packet.destination = options.group;
    packet.ttl = options.ttl;
    packet.receiver_slot = slot;
    transmit(packet);
  }
}

// --- arriving ---

void Network::on_datagram(const PacketHeader& packet) {
  std::uint32_t slot = packet.receiver_slot;
  if (slot == NoSlot) {
    slot = find_datagram_socket(packet.to, packet.destination.port);
    if (slot == NoSlot) return;
  } else if (!datagram_socket(slot).is_open() || datagram_socket(slot).host != packet.to) {
    return;  // left the group meanwhile
  }
  hand_over(slot, packet.source, packet.datagram);
}

void Network::keep_datagram(std::uint32_t slot, base::Endpoint from,
                            const base::Message& datagram) {
  DatagramSocket& socket = datagram_socket(slot);
  if (socket.waiting == nullptr) socket.waiting = std::make_unique<DatagramSocket::Waiting>();
  const std::uint32_t charge = truesize(datagram.size());
  if (socket.waiting->truesize + charge > DatagramBufferMax) return;  // the oldest are kept
  socket.waiting->truesize += charge;
  socket.waiting->datagrams.push_back({from, datagram, simulation_.cause()});
  socket.process->notify(slot | DatagramSocket::Bit);
}

void Network::serve_datagrams(std::uint32_t slot) {
  const DatagramSocket& socket = datagram_socket(slot);
  Process* const process = socket.process;
  const std::uint32_t generation = socket.generation;
  const auto waiting = std::move(datagram_socket(slot).waiting);
  if (process == nullptr || waiting == nullptr) return;
  for (const DatagramSocket::Received& received : waiting->datagrams) {
    simulation_.set_cause(received.cause);
    socket.handler->on_datagram(received.from, received.datagram);
    const bool is_open = socket.process == process && socket.generation == generation;
    if (!is_open || !process->is_running()) return;
  }
}

}  // namespace splitscope::sim
