// The header that every message of ours carries, on connections and in datagrams:
//   u32 size of the whole frame   u16 type   u16 protocol version   u32 sender   u32 counter
// (sender, counter) identify a frame across processes, so that causes can be followed between
// traces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/wire/byte_reader.hpp"
#include "engine/wire/byte_writer.hpp"

namespace splitscope::wire {

inline constexpr std::size_t FrameHeaderSize = 16;
inline constexpr std::uint32_t FrameSizeMax = 1u << 20;
inline constexpr std::uint16_t ProtocolVersion = 1;

struct FrameHeader {
  std::uint32_t size = 0;
  std::uint16_t type = 0;
  std::uint16_t version = ProtocolVersion;
  std::uint32_t sender = 0;
  std::uint32_t counter = 0;
  friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

// The header at the front of `bytes`; none if there are too few, or its size or version cannot be.
inline std::optional<FrameHeader> read_frame_header(std::span<const std::byte> bytes) {
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

// Begins a frame in `writer`, which it clears; finish_frame() fills in the size.
void begin_frame(ByteWriter& writer, std::uint16_t type, std::uint32_t sender,
                 std::uint32_t counter);
void finish_frame(ByteWriter& writer);

}  // namespace splitscope::wire
