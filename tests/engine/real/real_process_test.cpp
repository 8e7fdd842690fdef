#include "engine/real/real_process.hpp"

#include "engine/real/real_random.hpp"
#include "tests/support/real_lab.hpp"

namespace splitscope::tests {
namespace {

using base::EventKind;

class Facts final : public real::FactListener {
 public:
  void on_fact(const base::TraceEvent& fact) override { facts.push_back(fact); }
  std::vector<base::TraceEvent> facts;
};

// Ends itself from its first handler, and emits two facts before.
class Mayfly final : public env::Program {
 public:
  Mayfly(env::Environment environment, env::ProgramHost& host)
      : environment_(environment), host_(host) {}
  void start() override {
    environment_.events.emit(EventKind::MemberStarting, {1, 2, 3, 0});
    host_.exit_process(env::ProgramHost::Exit::GaveUp);
    environment_.events.emit(EventKind::JoinFailed, {0, 0, 0, 0});
  }
  void shut_down() override { FAIL("asked to leave after it has"); }

 private:
  env::Environment environment_;
  env::ProgramHost& host_;
};

}  // namespace

TEST_CASE("a process that gives up ends after its handler, and is asked nothing more",
          "[real][process]") {
  real::Loop loop;
  Facts log;
  real::RealProcess process(loop, Host::options(Here));
  process.facts().add_listener(log);
  process.start(std::make_unique<Mayfly>(process.environment(), process));
  process.shut_down();
  REQUIRE(run_until(loop, [&process] { return process.is_over(); }));
  loop.run_for(2ms);
  CHECK(process.exit() == env::ProgramHost::Exit::GaveUp);
  REQUIRE(log.facts.size() == 4);
  CHECK(log.facts[0].kind == EventKind::ProcessStarted);
  CHECK(log.facts[3].kind == EventKind::ProcessExited);
  CHECK(log.facts[3].arguments[0] == 3);
  // Each fact of an event follows from the one before; the end is an event of its own.
  CHECK(log.facts[1].cause == log.facts[0].sequence);
  CHECK(log.facts[2].cause == log.facts[1].sequence);
  CHECK(log.facts[3].cause == 0);
}

TEST_CASE("an asked process leaves gracefully, a killed one says nothing", "[real][process]") {
  real::Loop loop;
  Host asked(loop);
  asked.process.shut_down();
  CHECK_FALSE(asked.process.is_over());
  REQUIRE(run_until(loop, [&asked] { return asked.process.is_over(); }));
  CHECK(asked.process.exit() == env::ProgramHost::Exit::Graceful);
  Host killed(loop);
  killed.process.kill();
  CHECK(killed.process.is_over());
  CHECK_FALSE(killed.process.exit().has_value());
}

TEST_CASE("a process may go while its events are still in the loop", "[real][process]") {
  real::Loop loop;
  {
    Host server(loop, true);
    Host client(loop);
    client.peer->connect(server.listening_at(), 1ms);
    client.process.shut_down();
  }
  loop.run_for(5ms);
}

TEST_CASE("the wall clock follows the machine's, and steps by itself", "[real][process]") {
  real::Loop loop;
  Facts log;  // outlives the process, which reports its end
  Host host(loop);
  host.process.facts().add_listener(log);
  const env::Clock& clock = host.process.environment().clock;
  const base::WallTime before = clock.wall_now();
  CHECK(before.time_since_epoch() > std::chrono::years{50});
  host.process.step_wall_clock(-1h);
  const base::Duration stepped = clock.wall_now() - before;
  CHECK(stepped >= -1h);
  CHECK(stepped < -1h + 10s);
  CHECK(host.process.wall_offset() == -1h);
  REQUIRE(log.facts.size() == 1);
  CHECK(log.facts[0].kind == EventKind::ClockStepped);
  CHECK(static_cast<std::int64_t>(log.facts[0].arguments[0]) == base::Duration{-1h}.count());
}

TEST_CASE("a clock that drifts gains by the second, and keeps what it gained", "[real][process]") {
  real::Loop loop;
  Facts log;
  Host host(loop);
  host.process.facts().add_listener(log);
  host.process.set_wall_drift(500'000'000);
  const base::Instant begun = loop.now();
  loop.run_for(20ms);
  const base::Duration gained = host.process.wall_offset();
  CHECK(gained == (loop.now() - begun) / 2);
  host.process.set_wall_drift(0);
  const base::Duration kept = host.process.wall_offset();
  CHECK(kept >= gained);
  loop.run_for(5ms);
  CHECK(host.process.wall_offset() == kept);
  REQUIRE(log.facts.size() == 2);
  CHECK(log.facts[0].kind == EventKind::ClockDrifts);
  CHECK(log.facts[0].arguments[0] == 500'000'000);
}

TEST_CASE("each event of a slow process takes its time, an observer's none", "[real][process]") {
  real::Loop loop;
  Facts log;
  Host host(loop);
  host.process.facts().add_listener(log);
  // Steps of the clock are events here like any other.
  const auto time_of_three = [&] {
    const base::Instant begun = loop.begin_event();
    for (int i = 0; i < 3; ++i) host.process.step_wall_clock(1ns);
    return log.facts.back().time - begun;
  };
  host.process.set_service_time(5ms);
  CHECK(time_of_three() >= 10ms);
  host.process.step_wall_clock(1ns);
  host.process.excuse_event();
  const base::Duration before = real::monotonic_clock();
  host.process.step_wall_clock(1ns);
  CHECK(real::monotonic_clock() - before < 5ms);
  host.process.set_service_time(base::Duration::zero());
  CHECK(time_of_three() < 5ms);
}

TEST_CASE("each life of a node draws numbers of its own; the same life the same",
          "[real][process]") {
  real::Loop loop;
  const auto first_draw = [&loop](std::uint32_t node, std::uint32_t incarnation) {
    real::ProcessOptions options = Host::options(Here);
    options.node = base::NodeId{node};
    options.incarnation = base::Incarnation{incarnation};
    real::RealProcess process(loop, options);
    return process.environment().random.next();
  };
  CHECK(first_draw(0, 1) == first_draw(0, 1));
  CHECK(first_draw(0, 1) != first_draw(0, 2));
  CHECK(first_draw(0, 1) != first_draw(1, 1));
  CHECK(real::seed_of_the_machine() != real::seed_of_the_machine());
}

}  // namespace splitscope::tests
