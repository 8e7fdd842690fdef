#include "engine/sim/sent_segments.hpp"

#include <catch2/catch.hpp>

using namespace splitscope;
using namespace std::chrono_literals;
using sim::ByteRange;
using sim::SentSegments;

namespace {

base::Instant moment(base::Duration time) {
  return base::Instant{time};
}

// `count` segments of 100 bytes, sent a millisecond apart.
SentSegments burst(std::uint64_t count) {
  SentSegments sent;
  for (std::uint64_t i = 0; i < count; ++i) {
    sent.add({i * 100, i * 100 + 100}, moment(std::chrono::milliseconds{i}));
  }
  return sent;
}

}  // namespace

TEST_CASE("sent segments: an acknowledgement frees whole segments and samples the first",
          "[engine][sim]") {
  SentSegments sent = burst(4);
  const auto sample = sent.acknowledge(250, moment(20ms));
  CHECK(sample.is_valid);
  CHECK(sample.round_trip == 20ms);
  CHECK(sent.count() == 2);
  CHECK(sent.resend_first(1448, moment(21ms)) == ByteRange{250, 400});
}

TEST_CASE("sent segments: three beyond a gap make it a loss at once, fewer after a wait (rule 27)",
          "[engine][sim]") {
  SentSegments sent = burst(5);
  CHECK(sent.acknowledge_ahead({100, 200}, moment(21ms)));
  CHECK_FALSE(sent.acknowledge_ahead({100, 200}, moment(21ms)));
  const base::Instant due = sent.find_losses(moment(21ms), false);
  CHECK(due == moment(25ms));  // sent at 0, plus the round trip and a quarter of it
  CHECK_FALSE(sent.has_lost());
  CHECK(sent.acknowledge_ahead({100, 300}, moment(22ms)));
  CHECK(sent.acknowledge_ahead({100, 400}, moment(23ms)));
  CHECK(sent.find_losses(moment(23ms), false) == base::EndOfTime);
  CHECK(sent.has_lost());
  CHECK(sent.in_flight() == 1);
  CHECK(sent.resend_lost(1448, moment(24ms)) == ByteRange{0, 100});
  CHECK(sent.in_flight() == 2);
}

TEST_CASE("sent segments: after a time-out nothing is on its way, and small ones are merged",
          "[engine][sim]") {
  SentSegments sent = burst(20);
  sent.lose_all();
  CHECK(sent.in_flight() == 0);
  CHECK(sent.resend_first(1448, moment(200ms)) == ByteRange{0, 1400});
  CHECK(sent.in_flight() == 1);
  CHECK(sent.resend_lost(1448, moment(200ms)) == ByteRange{1400, 2000});
  CHECK_FALSE(sent.has_lost());
  sent.acknowledge(2000, moment(201ms));
  CHECK(sent.is_empty());
}

TEST_CASE("sent segments: a probe takes the last one that has not arrived (rule 2)",
          "[engine][sim]") {
  SentSegments sent = burst(3);
  sent.acknowledge_ahead({200, 300}, moment(10ms));
  CHECK(sent.resend_last(moment(20ms)) == ByteRange{100, 200});
}

TEST_CASE("sent segments: a copy answered too soon is the first one's answer", "[engine][sim]") {
  SentSegments sent = burst(2);
  sent.acknowledge(100, moment(20ms));
  sent.resend_first(1448, moment(30ms));
  const auto sample = sent.acknowledge(200, moment(31ms));
  CHECK(sample.is_valid);
  CHECK(sent.is_empty());
}
