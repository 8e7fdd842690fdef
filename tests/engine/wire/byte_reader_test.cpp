#include "engine/wire/byte_reader.hpp"

#include <array>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "engine/wire/byte_writer.hpp"

using namespace splitscope;
using wire::ByteReader;
using wire::ByteWriter;

TEST_CASE("wire: what is written is read back", "[engine][wire]") {
  REQUIRE(rc::check([](std::uint8_t a, std::uint16_t b, std::uint32_t c, std::uint64_t d, bool e,
                       const std::string& text) {
    RC_PRE(text.size() <= 1000);
    ByteWriter writer;
    writer.u8(a);
    writer.u16(b);
    writer.u32(c);
    writer.u64(d);
    writer.flag(e);
    writer.text(text);
    writer.endpoint({base::Ipv4{c}, b});
    writer.uuid({d, d + 1});
    ByteReader reader(writer.bytes());
    RC_ASSERT(reader.u8() == a);
    RC_ASSERT(reader.u16() == b);
    RC_ASSERT(reader.u32() == c);
    RC_ASSERT(reader.u64() == d);
    RC_ASSERT(reader.flag() == e);
    RC_ASSERT(reader.text(1000) == text);
    const base::Endpoint endpoint{base::Ipv4{c}, b};
    RC_ASSERT(reader.endpoint() == endpoint);
    const base::Uuid uuid{d, d + 1};
    RC_ASSERT(reader.uuid() == uuid);
    RC_ASSERT(reader.finished());
  }));
}

TEST_CASE("wire: a reader that runs out answers zero and stays failed", "[engine][wire]") {
  const std::array<std::byte, 3> bytes{};
  ByteReader reader(bytes);
  CHECK(reader.u32() == 0);
  CHECK(reader.failed());
  CHECK(reader.u8() == 0);
  CHECK_FALSE(reader.finished());
}

TEST_CASE("wire: hostile lengths size nothing", "[engine][wire]") {
  ByteWriter writer;
  writer.u32(0xffff'ffff);
  writer.u64(0);
  ByteReader count(writer.bytes());
  CHECK(count.count(1'000'000, 6) == 0);
  CHECK(count.failed());
  writer.clear();
  writer.u16(0xffff);
  ByteReader text(writer.bytes());
  CHECK(text.text(100).empty());
  CHECK(text.failed());
  writer.clear();
  writer.u8(2);
  ByteReader flag(writer.bytes());
  flag.flag();
  CHECK(flag.failed());
}
