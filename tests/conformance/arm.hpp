// What the conformance suite is written against: hosts on one network with a process each, driven
// through the seam's transport. One arm is the simulator, the other the kernel of this machine in
// network namespaces. A body must not ask which one it runs in.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/env/environment.hpp"
#include "engine/env/program.hpp"
#include "engine/net/packet_rule.hpp"
#include "engine/sim/tcp_settings.hpp"
#include "engine/wire/byte_writer.hpp"

namespace splitscope::conformance {

using namespace std::chrono_literals;

inline constexpr std::uint16_t Port = 5701;
using HostNumber = std::size_t;  // from 0, in the order of adding

// What one host's processes saw, over all their lives.
struct Record {
  struct Entry {
    base::Instant at;
    std::string what;  // "connected", "accepted", "message", "datagram", "writable", "closed"...
  };
  std::vector<Entry> log;
  std::vector<std::uint32_t> counters;  // of the frames that came
  std::vector<env::ConnectionId> connections;
  std::vector<base::Endpoint> accepted_from;

  std::size_t count(std::string_view what) const;
  std::vector<base::Instant> times(std::string_view what) const;
  // The last entry of that kind; RunStart if there is none.
  base::Instant last(std::string_view what) const;
  // Nothing is missing, and nothing came before its turn.
  bool is_in_order() const;
};

// A TCP segment as it left its host, whatever became of it.
struct Segment {
  base::Instant at;
  HostNumber from = 0;
  std::uint8_t flags = 0;
  std::uint32_t sequence = 0;
  std::uint32_t length = 0;  // of the payload
};

// The program on each host: listens if it was told to, and writes down what happens.
class Station final : public env::Program,
                      public env::ConnectionHandler,
                      public env::DatagramHandler {
 public:
  struct Options {
    bool listens = false;
    std::uint32_t backlog = 100;
    std::uint32_t subnet = 0;  // a router joins 0 and 1; 2 is an island
  };
  Station(env::Environment environment, const Options& options, Record& record)
      : environment_(environment), options_(options), record_(record) {}

  void start() override;
  void shut_down() override {}
  void on_connected(base::Endpoint peer, env::ConnectionId connection) override;
  void on_accepted(base::Endpoint peer, env::ConnectionId connection) override;
  void on_message(env::ConnectionId connection, const base::Message& frame) override;
  void on_closed(env::ConnectionId connection, env::CloseReason reason) override;
  void on_writable(env::ConnectionId connection) override;
  void on_datagram(base::Endpoint from, const base::Message& datagram) override;

  env::Transport& transport() { return environment_.transport; }
  // Its counter is the number of frames made before.
  base::Message frame(std::size_t size);

 private:
  void note(std::string what);
  env::Environment environment_;
  Options options_;
  Record& record_;
  wire::ByteWriter writer_;
  std::uint32_t next_counter_ = 0;
};

class Arm {
 public:
  static constexpr std::size_t Small = 64;  // bytes of a frame, as in the recordings

  virtual ~Arm() = default;

  // A host that is on, with a running process.
  virtual HostNumber add_host(const Station::Options& options) = 0;
  virtual base::Ipv4 address(HostNumber host) const = 0;
  virtual Record& record(HostNumber host) = 0;
  // Calls `act` with the host's program; what it opens is that host's. Precondition: it runs.
  virtual void with(HostNumber host, const std::function<void(Station&)>& act) = 0;

  virtual base::Instant now() const = 0;
  virtual void run_for(base::Duration duration) = 0;
  // By how much what was seen may be later, or in a difference of two moments sooner, than it was.
  virtual base::Duration slack() const = 0;
  // All that left so far, in order.
  virtual std::vector<Segment> segments() const = 0;

  virtual net::RuleId install(const net::PacketRule& rule) = 0;
  virtual void remove(net::RuleId rule) = 0;

  virtual void kill(HostNumber host) = 0;    // kill -9
  virtual void start(HostNumber host) = 0;   // a new process, where none runs
  virtual void stop(HostNumber host) = 0;    // SIGSTOP
  virtual void resume(HostNumber host) = 0;  // SIGCONT
  virtual void power_off(HostNumber host) = 0;
  virtual void power_on(HostNumber host) = 0;  // with a new process
  // Of all sockets of the host's process, those open included.
  virtual void set_tcp(HostNumber host, const sim::TcpSettings& settings) = 0;

  // --- what bodies say ---
  base::Endpoint endpoint(HostNumber host) const { return {address(host), Port}; }
  void connect(HostNumber from, base::Endpoint to, base::Duration timeout = 0s);
  void connect(HostNumber from, HostNumber to, base::Duration timeout = 0s) {
    connect(from, endpoint(to), timeout);
  }
  // One frame of that many bytes on the host's last connection.
  env::SendOutcome send(HostNumber host, std::size_t size = Small);
  // Frames until the host's kernel takes no more: how many it took.
  std::size_t send_until_full(HostNumber host, std::size_t size, std::size_t limit);
  // False if it did not become true in time.
  bool run_until(const std::function<bool()>& condition, base::Duration limit);
  bool wait_for(HostNumber host, std::string_view what, std::size_t count, base::Duration limit);
  // Host 0 with a connection to host 1, which listens.
  void connect_pair();
  // As many requests and answers. The last answer may not be acknowledged yet.
  void exchange(int count);
  // As many messages of host 0, each acknowledged: the round trip is known, nothing is under way.
  void warm_up(std::size_t count = 3);
  net::RuleId cut(HostNumber from, HostNumber to, bool both_ways = true);
  // Of what host 0 sends.
  net::RuleId reject(net::RejectKind kind);
  // Sends a frame from host 0 that the network drops.
  void send_lost();

  // Seconds from `since` to each segment of the host with payload, or with that flag.
  std::vector<double> data_times(HostNumber from, base::Instant since) const;
  std::vector<double> flag_times(HostNumber from, std::uint8_t flag, base::Instant since) const;
};

std::unique_ptr<Arm> make_sim_arm(base::Duration one_way);
// Where this machine makes no namespaces it skips, or fails.
std::unique_ptr<Arm> make_kernel_arm(base::Duration one_way);

}  // namespace splitscope::conformance
