#include "engine/wire/frame.hpp"

#include "engine/base/assert.hpp"

namespace splitscope::wire {

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
