#include "engine/wire/frame.hpp"

#include "engine/base/assert.hpp"
#include "engine/wire/byte_reader.hpp"

namespace splitscope::wire {

std::optional<FrameHeader> read_frame_header(std::span<const std::byte> bytes) {
  if (bytes.size() < FrameHeaderSize) return std::nullopt;
  ByteReader reader(bytes.first(FrameHeaderSize));
  FrameHeader header;
  header.size = reader.u32();
  header.type = reader.u16();
  header.version = reader.u16();
  header.sender = reader.u32();
  header.counter = reader.u32();
  if (header.size < FrameHeaderSize || header.size > FrameSizeMax) return std::nullopt;
  if (header.version != ProtocolVersion) return std::nullopt;
  return header;
}

void begin_frame(ByteWriter& writer, std::uint16_t type, std::uint32_t sender,
                 std::uint32_t counter) {
  writer.clear();
  writer.u32(0);
  writer.u16(type);
  writer.u16(ProtocolVersion);
  writer.u32(sender);
  writer.u32(counter);
}

void finish_frame(ByteWriter& writer) {
  SPLITSCOPE_ASSERT(writer.size() >= FrameHeaderSize);
  SPLITSCOPE_ASSERT(writer.size() <= FrameSizeMax);
  writer.patch_u32(0, static_cast<std::uint32_t>(writer.size()));
}

}  // namespace splitscope::wire
