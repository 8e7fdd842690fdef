#include "engine/wire/frame_splitter.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "engine/wire/frame.hpp"

namespace splitscope::wire {
namespace {

std::vector<std::byte> frame(std::size_t payload, std::uint32_t counter) {
  ByteWriter writer;
  begin_frame(writer, 7, 1, counter);
  for (std::size_t i = 0; i < payload; ++i) writer.u8(static_cast<std::uint8_t>(i));
  finish_frame(writer);
  return {writer.bytes().begin(), writer.bytes().end()};
}

}  // namespace

TEST_CASE("frames come out whole and in order, however the bytes come in", "[wire][splitter]") {
  const bool holds = rc::check([] {
    const auto payloads =
        *rc::gen::container<std::vector<std::uint16_t>>(rc::gen::inRange<std::uint16_t>(0, 300));
    std::vector<std::byte> stream;
    for (std::size_t i = 0; i < payloads.size(); ++i) {
      const auto bytes = frame(payloads[i], static_cast<std::uint32_t>(i));
      stream.insert(stream.end(), bytes.begin(), bytes.end());
    }
    FrameSplitter splitter;
    std::size_t seen = 0;
    std::span<const std::byte> rest(stream);
    while (!rest.empty()) {
      const std::size_t part = *rc::gen::inRange<std::size_t>(1, rest.size() + 1);
      splitter.feed(rest.first(part));
      rest = rest.subspan(part);
      while (const auto next = splitter.next()) {
        const auto expected = frame(payloads[seen], static_cast<std::uint32_t>(seen));
        RC_ASSERT(std::equal(next->begin(), next->end(), expected.begin(), expected.end()));
        ++seen;
      }
    }
    RC_ASSERT(seen == payloads.size());
    RC_ASSERT(splitter.pending() == 0);
    RC_ASSERT(!splitter.is_malformed());
  });
  CHECK(holds);
}

TEST_CASE("after a header that is none nothing comes out, and nothing is kept",
          "[wire][splitter]") {
  FrameSplitter splitter;
  splitter.feed(frame(3, 0));
  auto bad = frame(3, 1);
  bad[3] = std::byte{15};  // shorter than its header
  splitter.feed(bad);
  CHECK(splitter.next().has_value());
  CHECK_FALSE(splitter.next().has_value());
  CHECK(splitter.is_malformed());
  for (int i = 0; i < 100; ++i) splitter.feed(frame(1000, 2));
  CHECK_FALSE(splitter.next().has_value());
  CHECK(splitter.pending() <= bad.size());
}

TEST_CASE("a frame may have the largest size, not one more byte", "[wire][splitter]") {
  FrameSplitter splitter;
  splitter.feed(frame(FrameSizeMax - FrameHeaderSize, 0));
  REQUIRE(splitter.next().has_value());
  auto larger = frame(0, 0);
  larger[1] = std::byte{0x10};
  larger[3] = std::byte{1};
  splitter.feed(larger);
  CHECK_FALSE(splitter.next().has_value());
  CHECK(splitter.is_malformed());
}

}  // namespace splitscope::wire
