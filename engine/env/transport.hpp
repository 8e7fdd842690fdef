// Datagrams, multicast groups, and connections that carry framed messages, with real outcomes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/endpoint.hpp"
#include "engine/base/message.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace splitscope::env {

// One TCP connection of this process, ours or accepted. Never used again within a process's life.
struct ConnectionId {
  std::uint64_t value = 0;  // 0 = none
  // A small number, as a file descriptor: no two open connections of a process have the same.
  // Of two connections the later one has the greater value all the same.
  std::uint32_t index() const { return static_cast<std::uint32_t>(value); }
  friend auto operator<=>(const ConnectionId&, const ConnectionId&) = default;
  explicit operator bool() const { return value != 0; }
};

// Why a connection is gone, or never came to be. The numbers are part of the trace format.
enum class CloseReason : std::uint8_t {
  Closed = 0,       // the peer sent FIN
  Reset = 1,        // the peer's kernel sent RST
  Refused = 2,      // connect: nobody listens there, or a firewall said so
  TimedOut = 3,     // connect: no answer within the caller's time-out
  Unreachable = 4,  // no route, or the neighbour does not answer ARP
  Broken = 5,       // retransmission gave up
  Local = 6,        // we closed it
  Malformed = 7,    // the peer's bytes were not frames
};
std::string_view to_text(CloseReason reason);

// Receives what happens on connections. Called from the event loop only, never from inside a call
// to Transport. After on_closed the id is dead; after a call to close() nothing more comes for it.
class ConnectionHandler {
 public:
  // A connection that connect() asked for is open.
  virtual void on_connected(base::Endpoint peer, ConnectionId connection) = 0;
  // A peer connected to our listener.
  virtual void on_accepted(base::Endpoint peer, ConnectionId connection) = 0;
  // One whole frame, header included. The handler may keep a copy of the handle.
  virtual void on_message(ConnectionId connection, const base::Message& frame) = 0;
  // Closed, or could not be opened (Refused, TimedOut, Unreachable).
  virtual void on_closed(ConnectionId connection, CloseReason reason) = 0;
  // The send queue has room again after send() answered Congested.
  virtual void on_writable(ConnectionId /*connection*/) {}
  // A message of the peer at that address may come soon: what on_message will look at may be
  // prefetched. Changes nothing.
  virtual void expect_message(ConnectionId /*connection*/, base::Ipv4 /*peer*/) const {}

 protected:
  ~ConnectionHandler() = default;
};

class DatagramHandler {
 public:
  virtual void on_datagram(base::Endpoint from, const base::Message& datagram) = 0;

 protected:
  ~DatagramHandler() = default;
};

enum class SendOutcome : std::uint8_t {
  Queued,     // the kernel has it; that says nothing about arrival
  Congested,  // the bounded send queue is full: the message was not taken
  Gone,       // the connection is closed
};

struct MulticastOptions {
  base::Endpoint group;
  std::uint8_t ttl = 32;
  bool loopback = false;  // whether other sockets of this host hear us
};

class Transport {
 public:
  static constexpr std::uint32_t FrameSizeMax = 1u << 20;

  // This host's addresses, the primary one first. Never empty.
  virtual std::span<const base::Ipv4> local_addresses() const = 0;
  // Where messages to send are made.
  virtual base::MessagePool& messages() = 0;

  // Listens on `port` of all local addresses; all connections, accepted or made, report to
  // `handler`, which must outlive them. Error: the port is in use. Up to backlog+1 connections wait
  // for accept.
  virtual base::Result<void> listen(std::uint16_t port, std::uint32_t backlog,
                                    ConnectionHandler& handler) = 0;

  // Begins to connect; the outcome comes as on_connected or on_closed within `timeout`, where 0
  // means the kernel's own limit (about 130 s).
  virtual ConnectionId connect(base::Endpoint peer, base::Duration timeout,
                               ConnectionHandler& handler) = 0;
  // Sends one frame. Allowed only after on_connected/on_accepted.
  virtual SendOutcome send(ConnectionId connection, const base::Message& frame) = 0;
  // A send may follow soon: what it will look at may be prefetched. Changes nothing.
  virtual void expect_send(ConnectionId /*connection*/) const {}
  // Closes with FIN after what is queued. Unknown or closed ids are ignored.
  virtual void close(ConnectionId connection) = 0;

  // Joins a multicast group and binds its port; one handler for each group. Twice is an error.
  // Error: no such network here.
  virtual base::Result<void> join_group(const MulticastOptions& options,
                                        DatagramHandler& handler) = 0;
  virtual void leave_group(base::Endpoint group) = 0;
  // Best effort, at most 64 KiB. Never reports loss. The group need not be joined.
  virtual void send_multicast(const MulticastOptions& options, const base::Message& datagram) = 0;

  // Plain UDP on a port of our own. Error: the port is in use.
  virtual base::Result<void> bind_datagram(std::uint16_t port, DatagramHandler& handler) = 0;
  virtual void send_datagram(std::uint16_t from_port, base::Endpoint to,
                             const base::Message& datagram) = 0;

 protected:
  ~Transport() = default;
};

inline std::string_view to_text(CloseReason reason) {
  switch (reason) {
    case CloseReason::Closed:
      return "closed";
    case CloseReason::Reset:
      return "reset";
    case CloseReason::Refused:
      return "refused";
    case CloseReason::TimedOut:
      return "timed out";
    case CloseReason::Unreachable:
      return "unreachable";
    case CloseReason::Broken:
      return "broken";
    case CloseReason::Local:
      return "closed by us";
    case CloseReason::Malformed:
      return "malformed";
  }
  return "unknown";
}

}  // namespace splitscope::env
