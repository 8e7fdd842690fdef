// Processes on real sockets of this machine's loopback, one loop for all, and raw sockets to play a
// peer that does what no process of ours would.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/real/real_process.hpp"
#include "engine/wire/frame.hpp"

namespace splitscope::tests {

using env::CloseReason;
using env::ConnectionId;
using env::SendOutcome;
using namespace std::chrono_literals;

inline constexpr base::Ipv4 Here = base::ipv4(127, 0, 0, 1);

// Runs the loop until `condition` holds; at most ten seconds, which no test waits for if it passes.
inline bool run_until(real::Loop& loop, const std::function<bool()>& condition,
                      base::Duration limit = 10s) {
  const base::Duration end = real::monotonic_clock() + limit;
  while (!condition()) {
    if (real::monotonic_clock() > end) return false;
    loop.run_for(1ms);
  }
  return true;
}

// Writes down what happens on its connections.
class Peer final : public env::Program, public env::ConnectionHandler {
 public:
  Peer(env::Environment environment, env::ProgramHost& host)
      : environment_(environment), host_(host) {}
  void start() override {
    if (listens) listened = environment_.transport.listen(port, backlog, *this);
  }
  void shut_down() override { host_.exit_process(env::ProgramHost::Exit::Graceful); }
  void on_connected(base::Endpoint, ConnectionId id) override { note("connected", id); }
  void on_accepted(base::Endpoint peer, ConnectionId id) override {
    note("accepted", id);
    accepted_from = peer;
  }
  void on_message(ConnectionId, const base::Message& frame) override {
    CHECK_FALSE(is_calling);
    frames.push_back(frame);
    if (on_frame) on_frame(frame);
  }
  void on_closed(ConnectionId, CloseReason reason) override {
    CHECK_FALSE(is_calling);
    log.emplace_back(env::to_text(reason));
  }
  void on_writable(ConnectionId) override { log.emplace_back("writable"); }

  env::Environment& environment() { return environment_; }
  SendOutcome send(const base::Message& frame) {
    is_calling = true;
    const SendOutcome outcome = environment_.transport.send(connection, frame);
    is_calling = false;
    return outcome;
  }
  void connect(base::Endpoint to, base::Duration timeout = 0s) {
    is_calling = true;
    connection = environment_.transport.connect(to, timeout, *this);
    is_calling = false;
  }
  base::Message frame(std::size_t payload, std::uint32_t counter = 0) {
    wire::begin_frame(writer_, 7, 1, counter);
    for (std::size_t i = 0; i < payload; ++i) writer_.u8(static_cast<std::uint8_t>(i));
    wire::finish_frame(writer_);
    return environment_.transport.messages().make(writer_.bytes());
  }

  bool listens = false;
  std::uint16_t port = 0;
  std::uint32_t backlog = 100;
  base::Result<void> listened{};
  std::vector<std::string> log;
  std::vector<base::Message> frames;
  ConnectionId connection;
  base::Endpoint accepted_from;
  bool is_calling = false;  // a call to the transport is on the stack: no handler may be
  std::function<void(const base::Message&)> on_frame;

 private:
  void note(std::string what, ConnectionId id) {
    CHECK_FALSE(is_calling);
    log.push_back(std::move(what));
    connection = id;
  }
  env::Environment environment_;
  env::ProgramHost& host_;
  wire::ByteWriter writer_;
};

// A process with a Peer as its program.
struct Host {
  explicit Host(real::Loop& loop, bool listens = false, base::Ipv4 address = Here)
      : process(loop, options(address)) {
    auto program = std::make_unique<Peer>(process.environment(), process);
    peer = program.get();
    peer->listens = listens;
    process.start(std::move(program));
    loop.run_for(1ms);
  }
  static real::ProcessOptions options(base::Ipv4 address) {
    real::ProcessOptions options;
    options.addresses = {address};
    return options;
  }
  base::Endpoint listening_at() const { return process.listening_at(); }

  real::RealProcess process;
  Peer* peer = nullptr;  // dead once the process is over
};

// A UDP port that nobody here has at the moment.
inline std::uint16_t free_datagram_port() {
  const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  REQUIRE(descriptor >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t size = sizeof(address);
  REQUIRE(bind(descriptor, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  close(descriptor);
  return ntohs(address.sin_port);
}

// A socket without a process of ours behind it. Non-blocking.
class RawSocket {
 public:
  explicit RawSocket(int descriptor) : descriptor_(descriptor) {
    REQUIRE(descriptor_ >= 0);
    fcntl(descriptor_, F_SETFL, fcntl(descriptor_, F_GETFL) | O_NONBLOCK);
  }
  RawSocket() : RawSocket(socket(AF_INET, SOCK_STREAM, 0)) {}
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;
  ~RawSocket() { close(); }
  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

  base::Endpoint listen(int backlog) {
    sockaddr_in address = of({Here, 0});
    REQUIRE(bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(::listen(descriptor_, backlog) == 0);
    socklen_t size = sizeof(address);
    REQUIRE(getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    return {Here, ntohs(address.sin_port)};
  }
  // -1 if nobody connects.
  int accept() { return ::accept(descriptor_, nullptr, nullptr); }
  void connect(base::Endpoint to) {
    const sockaddr_in address = of(to);
    ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  }
  // A control socket's client: connects a socket of AF_UNIX.
  bool connect_unix(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    return ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  bool write(std::string_view bytes) {
    return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == std::ssize(bytes);
  }
  std::size_t read_all() { return read_text().size(); }
  // What is there now; empty if nothing is.
  std::string read_text() {
    std::string text;
    char bytes[65536];
    for (;;) {
      const ssize_t count = recv(descriptor_, bytes, sizeof(bytes), 0);
      if (count <= 0) return text;
      text.append(bytes, static_cast<std::size_t>(count));
    }
  }

 private:
  static sockaddr_in of(base::Endpoint endpoint) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    address.sin_addr.s_addr = htonl(endpoint.address.value);
    return address;
  }
  int descriptor_;
};

}  // namespace splitscope::tests
