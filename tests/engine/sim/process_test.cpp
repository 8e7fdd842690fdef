// A process is the gate to its program: these tests drive one through a kernel that only records.
#include "engine/sim/process.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace sim = splitscope::sim;
namespace env = splitscope::env;
namespace base = splitscope::base;
using namespace std::chrono_literals;

namespace {

// A transport that none of these tests uses.
class NoTransport final : public env::Transport {
 public:
  explicit NoTransport(base::MessagePool& pool) : pool_(pool) {}
  std::span<const base::Ipv4> local_addresses() const override { return {&address_, 1}; }
  base::MessagePool& messages() override { return pool_; }
  base::Result<void> listen(std::uint16_t, std::uint32_t, env::ConnectionHandler&) override {
    return {};
  }
  env::ConnectionId connect(base::Endpoint, base::Duration, env::ConnectionHandler&) override {
    return {};
  }
  env::SendOutcome send(env::ConnectionId, const base::Message&) override {
    return env::SendOutcome::Gone;
  }
  void close(env::ConnectionId) override {}
  base::Result<void> join_group(const env::MulticastOptions&, env::DatagramHandler&) override {
    return {};
  }
  void leave_group(base::Endpoint) override {}
  void send_multicast(const env::MulticastOptions&, const base::Message&) override {}
  base::Result<void> bind_datagram(std::uint16_t, env::DatagramHandler&) override { return {}; }
  void send_datagram(std::uint16_t, base::Endpoint, const base::Message&) override {}

 private:
  base::MessagePool& pool_;
  base::Ipv4 address_ = base::ipv4(10, 0, 0, 1);
};

class NoResolver final : public env::Resolver {
 public:
  void resolve(std::string_view, env::ResolveHandler&) override {}
  void forget(env::ResolveHandler&) override {}
};

class NoHttp final : public env::HttpClient {
 public:
  env::HttpRequestId send(env::HttpRequest, env::HttpHandler&) override { return {}; }
  void cancel(env::HttpRequestId) override {}
};

class RecordingKernel final : public sim::ProcessKernel {
 public:
  explicit RecordingKernel(base::MessagePool& pool) : transport_(pool) {}
  env::Transport& transport() override { return transport_; }
  env::Resolver& resolver() override { return resolver_; }
  env::HttpClient& http() override { return http_; }
  void serve(std::uint32_t socket) override { served.push_back(socket); }
  void on_process_exit(bool abrupt) override { exits.push_back(abrupt ? "abrupt" : "clean"); }

  std::vector<std::uint32_t> served;
  std::vector<std::string> exits;

 private:
  NoTransport transport_;
  NoResolver resolver_;
  NoHttp http_;
};

// Ticks each second and writes down when.
class Ticker final : public env::Program {
 public:
  Ticker(env::Environment environment, env::ProgramHost& host, std::vector<base::Instant>& ticks)
      : environment_(environment),
        host_(host),
        ticks_(ticks),
        timer_(environment.timers, base::Callback::to<&Ticker::on_tick>(*this)) {}
  void start() override { timer_.arm_after(1s); }
  void shut_down() override { host_.exit_process(env::ProgramHost::Exit::Graceful); }

 private:
  void on_tick() {
    ticks_.push_back(environment_.clock.now());
    timer_.arm_after(1s);
  }

  env::Environment environment_;
  env::ProgramHost& host_;
  std::vector<base::Instant>& ticks_;
  env::Timer timer_;
};

struct Bench {
  sim::Simulation simulation{1};
  RecordingKernel kernel{simulation.messages()};
  sim::ProcessTable table{simulation};
  sim::Process& process = table.add();
  std::vector<base::Instant> ticks;

  void start() {
    process.start(kernel, [this](env::Environment environment, env::ProgramHost& host) {
      return std::make_unique<Ticker>(environment, host, ticks);
    });
  }
  void run_to(base::Duration since_start) { simulation.run(base::RunStart + since_start); }
};

}  // namespace

TEST_CASE("process: a running program's timers fire on time", "[engine][sim]") {
  Bench bench;
  bench.start();
  bench.run_to(3500ms);
  REQUIRE(bench.ticks == std::vector<base::Instant>{base::RunStart + 1s, base::RunStart + 2s,
                                                    base::RunStart + 3s});
}

TEST_CASE("process: a stopped one gets its overdue timer once, when it is continued",
          "[engine][sim]") {
  Bench bench;
  bench.start();
  bench.run_to(1500ms);
  bench.process.pause();
  bench.run_to(10s);
  CHECK(bench.ticks.size() == 1);
  bench.process.resume();
  bench.run_to(10500ms);
  REQUIRE(bench.ticks.size() == 2);
  CHECK(bench.ticks.back() == base::RunStart + 10s);
}

TEST_CASE("process: sockets announced while stopped are served once each on resume",
          "[engine][sim]") {
  Bench bench;
  bench.start();
  bench.run_to(100ms);
  bench.process.pause();
  for (const std::uint32_t socket : {7u, 8u, 7u, 9u, 8u}) bench.process.notify(socket);
  CHECK(bench.kernel.served.empty());
  bench.process.resume();
  bench.run_to(200ms);
  std::sort(bench.kernel.served.begin(), bench.kernel.served.end());
  CHECK(bench.kernel.served == std::vector<std::uint32_t>{7, 8, 9});
}

TEST_CASE("process: a killed one's timers are dead, also after its restart", "[engine][sim]") {
  Bench bench;
  bench.start();
  bench.run_to(500ms);
  bench.process.end(sim::ExitReason::Killed);
  CHECK(bench.kernel.exits == std::vector<std::string>{"abrupt"});
  bench.start();
  CHECK(bench.process.incarnation().value == 2);
  bench.run_to(1200ms);
  CHECK(bench.ticks.empty());  // the first life's tick at 1 s must not fire
  bench.run_to(1600ms);
  CHECK(bench.ticks.size() == 1);
}

TEST_CASE("process: a graceful shutdown ends it after the handler", "[engine][sim]") {
  Bench bench;
  bench.start();
  bench.run_to(500ms);
  bench.process.shut_down();
  CHECK_FALSE(bench.process.is_absent());
  bench.run_to(600ms);
  CHECK(bench.process.is_absent());
  CHECK(bench.kernel.exits == std::vector<std::string>{"clean"});
}

TEST_CASE("process: a slow one handles one thing at a time", "[engine][sim]") {
  Bench bench;
  bench.start();
  bench.run_to(500ms);
  bench.process.set_service_time(100ms);
  for (const std::uint32_t socket : {1u, 2u, 3u}) bench.process.notify(socket);
  CHECK(bench.kernel.served.size() == 1);
  bench.run_to(650ms);
  CHECK(bench.kernel.served.size() == 2);
  bench.run_to(750ms);
  CHECK(bench.kernel.served.size() == 3);
}

TEST_CASE("process: the wall clock steps and drifts while monotonic time goes on",
          "[engine][sim]") {
  Bench bench;
  bench.start();
  const base::WallTime before = bench.process.wall_now();
  bench.process.step_wall_clock(130s);
  CHECK(bench.process.wall_now() - before == 130s);
  bench.process.set_wall_drift(200'000);  // 200 ppm
  bench.run_to(1000s);
  CHECK(bench.process.wall_now() - before == 1130s + 200ms);
  CHECK(bench.process.now() == base::RunStart + 1000s);
}

TEST_CASE("simulation: facts name the fact that led to them", "[engine][sim]") {
  sim::Simulation simulation(1);
  simulation.set_cause(0);
  const auto first = simulation.emit(base::EventKind::FaultApplied, base::NoNode, {}, {});
  const auto second = simulation.emit(base::EventKind::FaultTouched, base::NoNode, {}, {});
  CHECK(first == 1);
  CHECK(second == 2);
  CHECK(simulation.cause() == 2);
}

TEST_CASE("process: one stopped before its first event starts when it is continued",
          "[engine][sim]") {
  Bench bench;
  bench.start();
  bench.process.pause();
  bench.run_to(5s);
  CHECK(bench.ticks.empty());
  bench.process.resume();
  bench.run_to(6500ms);
  CHECK(bench.ticks == std::vector<base::Instant>{base::RunStart + 6s});
}

TEST_CASE("process: what comes before the start of its program waits for it", "[engine][sim]") {
  Bench bench;
  bench.start();
  bench.process.notify(4);
  bench.process.shut_down();
  CHECK(bench.kernel.served.empty());
  bench.run_to(100ms);
  CHECK(bench.kernel.served == std::vector<std::uint32_t>{4});
  CHECK(bench.process.is_absent());
}
