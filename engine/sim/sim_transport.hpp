// The seam's transport for one process on a simulated host, and the kernel's side of that process.
// Nothing calls back from inside connect, send or close: outcomes reach the process through its
// gate.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/sim/network.hpp"

namespace splitscope::sim {

// Answers literal addresses and the names it was given, after a millisecond.
class SimResolver final : public env::Resolver {
 public:
  struct Name {
    std::string name;
    std::vector<base::Ipv4> addresses;
  };
  explicit SimResolver(Process& process);
  void set_names(std::vector<Name> names) { state().names = std::move(names); }
  void resolve(std::string_view name, env::ResolveHandler& handler) override;
  void forget(env::ResolveHandler& handler) override;
  // The process is gone.
  void clear();

 private:
  struct Query {
    std::string name;
    env::ResolveHandler* handler;
  };
  // Most processes never ask.
  struct State {
    std::vector<Name> names;
    std::vector<Query> queries;
    std::unique_ptr<env::Timer> timer;  // of the process's life
  };
  State& state();
  void answer();

  Process& process_;
  std::unique_ptr<State> state_;
};

class SimTransport final : public env::Transport, public ProcessKernel {
 public:
  SimTransport(Network& network, net::HostId host, Process& process);
  SimTransport(const SimTransport&) = delete;
  SimTransport& operator=(const SimTransport&) = delete;

  Process& process() { return process_; }
  net::HostId host() const { return host_; }
  SimResolver& sim_resolver() { return resolver_; }
  // Of all sockets of this process, those open included.
  void set_tcp_settings(const TcpSettings& settings);
  const TcpSettings& tcp_settings() const {
    return tcp_settings_ == nullptr ? network_.tcp_defaults_ : *tcp_settings_;
  }

  // --- env::Transport ---
  std::span<const base::Ipv4> local_addresses() const override;
  base::MessagePool& messages() override;
  base::Result<void> listen(std::uint16_t port, std::uint32_t backlog,
                            env::ConnectionHandler& handler) override;
  env::ConnectionId connect(base::Endpoint peer, base::Duration timeout,
                            env::ConnectionHandler& handler) override;
  env::SendOutcome send(env::ConnectionId connection, const base::Message& frame) override;
  void expect_send(env::ConnectionId connection) const override;
  void close(env::ConnectionId connection) override;
  base::Result<void> join_group(const env::MulticastOptions& options,
                                env::DatagramHandler& handler) override;
  void leave_group(base::Endpoint group) override;
  void send_multicast(const env::MulticastOptions& options, const base::Message& datagram) override;
  base::Result<void> bind_datagram(std::uint16_t port, env::DatagramHandler& handler) override;
  void send_datagram(std::uint16_t from_port, base::Endpoint to,
                     const base::Message& datagram) override;

  // --- ProcessKernel ---
  env::Transport& transport() override { return *this; }
  env::Resolver& resolver() override { return resolver_; }
  env::HttpClient& http() override { return network_.http_; }
  void serve(std::uint32_t socket) override;
  void on_process_exit(bool abrupt) override;

 private:
  friend class Network;

  // The connections that the process has, numbered as file descriptors are.
  struct Descriptors {
    struct Entry {
      env::ConnectionId id;
      std::uint32_t socket = NoSlot;
      std::uint32_t out_pipe = NoSlot;
    };
    std::vector<Entry> entries;
    std::vector<std::uint32_t> free;
    std::uint32_t count = 0;  // ever given
  };
  // The socket behind an id, or nullptr if it is not ours any more.
  Socket* find(env::ConnectionId connection) const;
  void give_descriptor(Socket& socket);
  void take_descriptor(Socket& socket);
  void serve_listener(Socket& listener);
  void serve_stream(Socket& socket);
  bool is_ours(const Socket& socket, env::ConnectionId id) const;
  // Hands over what can be read; false if the socket is gone or the process is.
  bool read_frames(Socket& socket);

  Network& network_;
  Process& process_;
  const net::HostId host_;
  mutable base::Ipv4 address_;
  SimResolver resolver_;
  std::unique_ptr<TcpSettings> tcp_settings_;  // none: the defaults
  std::unique_ptr<Descriptors> descriptors_;   // none: it never had a connection
};

}  // namespace splitscope::sim
