#include "engine/wire/frame.hpp"

#include <catch2/catch.hpp>

using namespace splitscope::wire;

TEST_CASE("frames: the header says size, type and who sent it", "[engine][wire]") {
  ByteWriter writer;
  begin_frame(writer, 7, 3, 42);
  writer.u64(1);
  finish_frame(writer);
  const auto header = read_frame_header(writer.bytes());
  REQUIRE(header.has_value());
  CHECK(*header == FrameHeader{24, 7, ProtocolVersion, 3, 42});
}

TEST_CASE("frames: impossible headers are none", "[engine][wire]") {
  ByteWriter writer;
  begin_frame(writer, 7, 3, 42);
  finish_frame(writer);
  CHECK_FALSE(read_frame_header(writer.bytes().first(FrameHeaderSize - 1)).has_value());
  writer.patch_u32(0, FrameHeaderSize - 1);
  CHECK_FALSE(read_frame_header(writer.bytes()).has_value());
  writer.patch_u32(0, FrameSizeMax + 1);
  CHECK_FALSE(read_frame_header(writer.bytes()).has_value());
  writer.patch_u32(0, 16);
  writer.patch_u32(4, 0x0007'0002);  // another protocol version
  CHECK_FALSE(read_frame_header(writer.bytes()).has_value());
}
