#include "engine/lab/delay_line.hpp"

#include <catch2/catch.hpp>

namespace splitscope::lab {
namespace {

using namespace std::chrono_literals;

std::vector<std::byte> frame_of(int mark) {
  return std::vector<std::byte>(60, static_cast<std::byte>(mark));
}

}  // namespace

TEST_CASE("delay line: frames leave by their moment, then in order of sending", "[engine][lab]") {
  DelayLine line;
  const base::Instant start{};
  line.add(start + 2ms, net::HostId{1}, frame_of(3));
  line.add(start + 1ms, net::HostId{2}, frame_of(1));
  line.add(start + 1ms, net::HostId{3}, frame_of(2));
  CHECK(line.next_due() == start + 1ms);
  CHECK(line.take(start) == nullptr);
  for (const int mark : {1, 2}) {
    const DelayLine::Frame* frame = line.take(start + 1ms);
    REQUIRE(frame != nullptr);
    CHECK(frame->bytes == frame_of(mark));
  }
  CHECK(line.take(start + 1ms) == nullptr);
  CHECK(line.take(start + 5ms)->to == net::HostId{1});
  CHECK(line.next_due() == base::EndOfTime);
}

TEST_CASE("delay line: at its maximum it takes no more until one has left", "[engine][lab]") {
  DelayLine line;
  const std::vector<std::byte> small(1);
  for (std::size_t i = 0; i < DelayLine::FramesMax; ++i) {
    REQUIRE(line.add(base::Instant{}, net::HostId{0}, small) != nullptr);
  }
  CHECK(line.add(base::Instant{}, net::HostId{0}, small) == nullptr);
  CHECK(line.take(base::Instant{}) != nullptr);
  CHECK(line.add(base::Instant{}, net::HostId{0}, small) != nullptr);
}

}  // namespace splitscope::lab
