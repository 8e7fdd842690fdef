// The pure values that TCP's behaviour is made of.
#include <catch2/catch.hpp>

#include "engine/sim/ack_delay.hpp"
#include "engine/sim/tcp_timing.hpp"

using namespace splitscope;
using namespace std::chrono_literals;
using sim::AckDelay;

namespace {

base::Instant instant(base::Duration time) {
  return base::Instant{time};
}

}  // namespace

TEST_CASE("tcp timing: a connection's time-out follows its round trips (rule 1)", "[engine][sim]") {
  const auto rto_at = [](base::Duration round_trip) {
    sim::RttEstimator rtt;
    for (int i = 0; i < 40; ++i) rtt.sample(round_trip);
    return rtt.rto();
  };
  CHECK(rto_at(500us) == 204ms);
  CHECK(rto_at(20600us) == 224ms);
  CHECK(rto_at(100600us) == 304ms);
  sim::RttEstimator young;
  young.sample(300ms);
  CHECK(young.rto() == 900ms);
}

TEST_CASE("tcp timing: timers are late by their level's step, never early (rule 3)",
          "[engine][sim]") {
  for (const auto& [delay, step] :
       {std::pair{204ms, 4ms}, {1000ms, 32ms}, {3260ms, 256ms}, {26000ms, 2048ms}}) {
    for (base::Duration now = 0s; now < 5s; now += 7'300us) {
      const base::Instant fires = sim::on_timer_wheel(instant(now), delay);
      CHECK(fires > instant(now + delay));
      CHECK(fires <= instant(now + delay + step));
    }
  }
}

TEST_CASE("tcp timing: lifetimes by number of retries (rule 5)", "[engine][sim]") {
  CHECK(sim::death_after(3) == 3s);
  CHECK(sim::death_after(5) == 12600ms);
  CHECK(sim::death_after(8) == 102200ms);
  CHECK(sim::death_after(15) == 924600ms);
}

TEST_CASE("ack delay: sixteen at once, then 40 ms, and at once again after a pause (rule 28)",
          "[engine][sim]") {
  AckDelay delay;
  base::Duration now{};
  for (std::uint32_t i = 0; i < AckDelay::QuickMax; ++i, now += 100ms) {
    delay.on_data(instant(now), 204ms);
    CHECK(delay.is_quick());
    delay.on_acknowledged();
  }
  delay.on_data(instant(now), 204ms);
  CHECK_FALSE(delay.is_quick());
  CHECK(delay.delay(500us) == 40ms);
  delay.on_data(instant(now + 300ms), 204ms);
  CHECK(delay.is_quick());
}

TEST_CASE("ack delay: without replies it grows to the round trip, up to 200 ms (rule 28)",
          "[engine][sim]") {
  AckDelay delay;
  delay.on_data(instant(0ms), 404ms);
  for (int i = 0; i < 4; ++i) delay.on_expired(404ms);
  CHECK(delay.delay(500us) == 40ms);
  CHECK(delay.delay(150ms) == 150ms);
  CHECK(delay.delay(300ms) == 200ms);
}

TEST_CASE("ack delay: in a conversation a reply carries the acknowledgement (rule 28)",
          "[engine][sim]") {
  AckDelay delay;
  delay.on_data(instant(0ms), 204ms);
  CHECK(delay.is_quick());
  delay.on_sent_data(instant(1ms));
  CHECK_FALSE(delay.is_quick());
}
