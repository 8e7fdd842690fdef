// One TCP connection: frames in, frames out, and the exact reason of its end. Private to
// engine/real. Hides: non-blocking reads and writes, the rest of a frame that the kernel took in
// part.
// Invariant: handlers are called from the event loop only, and never after on_closed() or close().
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include <boost/asio/ip/tcp.hpp>

#include "engine/env/timers.hpp"
#include "engine/env/transport.hpp"
#include "engine/real/event_gate.hpp"
#include "engine/wire/frame_splitter.hpp"

namespace splitscope::real {

// What the sockets of one process share. All of it outlives them.
struct SocketContext {
  EventGate& gate;
  env::Timers& timers;
  base::MessagePool& messages;
  std::span<std::byte> buffer;  // what a read fills; used up before the next
};

class StreamConnection;

// Owns the connection until it is over.
class StreamOwner {
 public:
  // Nothing more comes of it. May destroy the owner's share of it.
  virtual void on_stream_over(StreamConnection& stream) = 0;

 protected:
  ~StreamOwner() = default;
};

// Shared, because Asio's pending waits hold it until they end; detached, it does nothing any more.
class StreamConnection final : public std::enable_shared_from_this<StreamConnection> {
 public:
  // `owner` and `handler` outlive the connection, or detach it.
  StreamConnection(const SocketContext& context, env::ConnectionId id,
                   env::ConnectionHandler& handler, StreamOwner& owner);
  StreamConnection(const StreamConnection&) = delete;
  StreamConnection& operator=(const StreamConnection&) = delete;

  // Begins to connect from `local` (any port). The outcome comes from the loop.
  void connect(base::Ipv4 local, base::Endpoint peer, base::Duration timeout);
  // Takes an accepted socket and tells the handler, within an event.
  void accept(boost::asio::ip::tcp::socket socket, base::Endpoint peer);

  env::SendOutcome send(const base::Message& frame);
  // No handler is called any more. FIN follows what the kernel has, and the rest of a frame.
  void close();
  // Lets go of everything at once; the kernel says FIN or RST.
  void detach();

  env::ConnectionId id() const { return id_; }
  // Closed by us, with a rest still to be written.
  bool is_lingering() const { return state_ == State::Lingering; }

 private:
  enum class State : std::uint8_t { Connecting, Open, Lingering, Over };
  // A failed open() is told from the loop, as every outcome.
  void fail_later(int error);
  void on_connect(int error);
  void on_connect_timeout();
  void on_open();
  void wait_readable();
  void wait_writable();
  void on_readable();
  void on_writable();
  bool read_once();
  bool hand_over_frames();
  void finish(env::CloseReason reason);
  void end();

  SocketContext context_;
  env::ConnectionId id_;
  env::ConnectionHandler* handler_;
  StreamOwner* owner_;
  boost::asio::ip::tcp::socket socket_;
  State state_ = State::Connecting;
  base::Endpoint peer_;
  std::optional<env::Timer> connect_timer_;
  wire::FrameSplitter splitter_;
  // Told after all that can still be read: the kernel names an error once, to whoever asks first.
  std::optional<env::CloseReason> send_error_;
  base::Message rest_;  // a frame that the kernel took in part
  std::size_t rest_written_ = 0;
  bool waits_writable_ = false;
  bool was_congested_ = false;
};

}  // namespace splitscope::real
