#include "engine/real/real_transport.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "engine/real/datagram_socket.hpp"
#include "engine/real/listener.hpp"
#include "engine/real/stream_connection.hpp"

namespace splitscope::real {

using env::ConnectionId;
using env::SendOutcome;

namespace {

constexpr std::size_t ReadBytesMax = std::size_t{64} << 10;  // the largest datagram fits

}  // namespace

// Everything open of one process.
class RealTransport::Sockets final : public StreamOwner, public AcceptHandler {
 public:
  Sockets(EventGate& gate, env::Timers& timers, std::vector<base::Ipv4> local_addresses)
      : addresses(std::move(local_addresses)),
        buffer(ReadBytesMax),
        context{gate, timers, messages, buffer} {}

  StreamConnection* find(ConnectionId id) {
    const auto found = streams.find(id);
    return found == streams.end() || found->second->is_lingering() ? nullptr : found->second.get();
  }
  StreamConnection& add(env::ConnectionHandler& handler) {
    const ConnectionId id = next_id();
    auto stream = std::make_shared<StreamConnection>(context, id, handler, *this);
    return *streams.emplace(id, std::move(stream)).first->second;
  }
  void limit_lingering() {
    const auto is_lingering = [](const auto& entry) { return entry.second->is_lingering(); };
    const auto count = std::count_if(streams.begin(), streams.end(), is_lingering);
    if (static_cast<std::size_t>(count) <= LingeringCountMax) return;
    const auto oldest = std::find_if(streams.begin(), streams.end(), is_lingering);
    const std::shared_ptr<StreamConnection> stream = oldest->second;
    forget(stream->id());
    stream->detach();
  }
  // Numbered anew each time in the high half, and by the first free index in the low one.
  ConnectionId next_id() {
    std::uint32_t index = index_count;
    if (free_indices.empty()) {
      ++index_count;
    } else {
      index = free_indices.back();
      free_indices.pop_back();
    }
    return ConnectionId{++connection_count << 32 | index};
  }
  void forget(ConnectionId id) {
    if (streams.erase(id) > 0) free_indices.push_back(id.index());
  }

  void on_stream_over(StreamConnection& stream) override { forget(stream.id()); }
  void on_accept(boost::asio::ip::tcp::socket socket, base::Endpoint peer,
                 env::ConnectionHandler& handler) override {
    add(handler).accept(std::move(socket), peer);
  }

  // The group's socket or the port's; null if there is none.
  DatagramSocket* datagram_socket(base::Endpoint local) {
    const auto found =
        std::find_if(datagrams.begin(), datagrams.end(),
                     [local](const auto& socket) { return socket->local() == local; });
    return found == datagrams.end() ? nullptr : found->get();
  }
  // For multicast to groups that are not joined; null if the kernel has no socket for us.
  DatagramSocket* sender() {
    if (multicast_sender == nullptr) {
      auto socket = std::make_shared<DatagramSocket>(context);
      if (!socket->open_port({addresses.front(), 0}, nullptr).has_value()) return nullptr;
      multicast_sender = std::move(socket);
    }
    return multicast_sender.get();
  }

  std::vector<base::Ipv4> addresses;
  base::MessagePool messages;
  std::vector<std::byte> buffer;
  SocketContext context;
  std::uint64_t connection_count = 0;
  std::uint32_t index_count = 0;
  std::vector<std::uint32_t> free_indices;
  std::map<ConnectionId, std::shared_ptr<StreamConnection>> streams;
  std::vector<std::shared_ptr<Listener>> listeners;
  std::vector<std::shared_ptr<DatagramSocket>> datagrams;
  std::shared_ptr<DatagramSocket> multicast_sender;
};

RealTransport::RealTransport(EventGate& gate, env::Timers& timers,
                             std::vector<base::Ipv4> addresses)
    : sockets_(std::make_unique<Sockets>(gate, timers, std::move(addresses))) {
  SPLITSCOPE_ASSERT(!sockets_->addresses.empty());
}

RealTransport::~RealTransport() {
  close_all();
}

std::span<const base::Ipv4> RealTransport::local_addresses() const {
  return sockets_->addresses;
}

base::MessagePool& RealTransport::messages() {
  return sockets_->messages;
}

base::Result<void> RealTransport::listen(std::uint16_t port, std::uint32_t backlog,
                                         env::ConnectionHandler& handler) {
  std::vector<std::shared_ptr<Listener>> opened;
  for (const base::Ipv4 address : sockets_->addresses) {
    opened.push_back(std::make_shared<Listener>(sockets_->context, *sockets_, handler));
    if (auto result = opened.back()->open({address, port}, backlog); !result.has_value()) {
      for (const auto& listener : opened) listener->close();
      return result;
    }
  }
  sockets_->listeners.insert(sockets_->listeners.end(), opened.begin(), opened.end());
  return {};
}

ConnectionId RealTransport::connect(base::Endpoint peer, base::Duration timeout,
                                    env::ConnectionHandler& handler) {
  StreamConnection& stream = sockets_->add(handler);
  stream.connect(sockets_->addresses.front(), peer, timeout);
  return stream.id();
}

SendOutcome RealTransport::send(ConnectionId connection, const base::Message& frame) {
  StreamConnection* stream = sockets_->find(connection);
  return stream == nullptr ? SendOutcome::Gone : stream->send(frame);
}

void RealTransport::close(ConnectionId connection) {
  StreamConnection* stream = sockets_->find(connection);
  if (stream == nullptr) return;
  stream->close();
  sockets_->limit_lingering();
}

base::Result<void> RealTransport::join_group(const env::MulticastOptions& options,
                                             env::DatagramHandler& handler) {
  if (sockets_->datagram_socket(options.group) != nullptr) {
    return base::failure(fmt::format("group {} is joined already", base::to_text(options.group)));
  }
  auto socket = std::make_shared<DatagramSocket>(sockets_->context);
  const base::Ipv4 interface = sockets_->addresses.front();
  auto opened = socket->open_group(options.group, interface, handler);
  if (!opened.has_value()) return opened;
  sockets_->datagrams.push_back(std::move(socket));
  return {};
}

void RealTransport::leave_group(base::Endpoint group) {
  DatagramSocket* socket = sockets_->datagram_socket(group);
  if (socket == nullptr) return;
  socket->close();
  std::erase_if(sockets_->datagrams, [socket](const auto& entry) { return entry.get() == socket; });
}

void RealTransport::send_multicast(const env::MulticastOptions& options,
                                   const base::Message& datagram) {
  DatagramSocket* socket = sockets_->datagram_socket(options.group);
  if (socket == nullptr) socket = sockets_->sender();
  if (socket == nullptr) return;
  socket->set_multicast(options, sockets_->addresses.front());
  socket->send(options.group, datagram);
}

base::Result<void> RealTransport::bind_datagram(std::uint16_t port, env::DatagramHandler& handler) {
  auto socket = std::make_shared<DatagramSocket>(sockets_->context);
  auto opened = socket->open_port({sockets_->addresses.front(), port}, &handler);
  if (!opened.has_value()) return opened;
  sockets_->datagrams.push_back(std::move(socket));
  return {};
}

void RealTransport::send_datagram(std::uint16_t from_port, base::Endpoint to,
                                  const base::Message& datagram) {
  DatagramSocket* socket = sockets_->datagram_socket({sockets_->addresses.front(), from_port});
  if (socket != nullptr) socket->send(to, datagram);
}

base::Endpoint RealTransport::listening_at() const {
  return sockets_->listeners.empty() ? base::NoEndpoint : sockets_->listeners.back()->local();
}

void RealTransport::close_all() {
  for (const auto& listener : std::exchange(sockets_->listeners, {})) listener->close();
  for (const auto& [id, stream] : std::exchange(sockets_->streams, {})) stream->detach();
  for (const auto& socket : std::exchange(sockets_->datagrams, {})) socket->close();
  if (sockets_->multicast_sender != nullptr) sockets_->multicast_sender->close();
  sockets_->multicast_sender.reset();
}

}  // namespace splitscope::real
