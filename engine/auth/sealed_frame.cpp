#include "engine/auth/sealed_frame.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"
#include "engine/wire/frame.hpp"

namespace splitscope::auth {

using wire::ByteReader;
using wire::ByteWriter;

namespace {

constexpr std::string_view FrameLabel = "splitscope frame 1";
constexpr std::string_view DatagramLabel = "splitscope datagram 1";
constexpr std::size_t CodeSize = sizeof(Code);
constexpr std::size_t NumberSize = 8;
constexpr std::size_t StampSize = sizeof(Nonce) + 8 + 2;

struct Parts {
  std::span<const std::byte> head;     // after the outer header
  std::span<const std::byte> content;  // what was sealed
  std::span<const std::byte> code;
};

std::optional<Parts> split(std::span<const std::byte> sealed, FrameType type,
                           std::size_t head_size) {
  const auto header = wire::read_frame_header(sealed);
  if (!header.has_value() || header->size != sealed.size()) return std::nullopt;
  if (header->type != static_cast<std::uint16_t>(type)) return std::nullopt;
  const auto payload = sealed.subspan(wire::FrameHeaderSize);
  if (payload.size() < head_size + CodeSize) return std::nullopt;
  return Parts{payload.first(head_size),
               payload.subspan(head_size, payload.size() - head_size - CodeSize),
               payload.last(CodeSize)};
}

Code frame_code(const Code& key, std::uint64_t counter, std::span<const std::byte> frame) {
  ByteWriter writer;
  writer.u64(counter);
  put(writer, frame);
  return code_of(key, FrameLabel, writer.bytes());
}

Code datagram_code(const JoinSecret& secret, std::string_view cluster_name, base::Ipv4 sender,
                   std::span<const std::byte> stamp, std::span<const std::byte> datagram) {
  ByteWriter writer;
  writer.text(cluster_name);
  writer.u32(sender.value);
  put(writer, stamp);
  put(writer, datagram);
  return secret.code(DatagramLabel, writer.bytes());
}

std::vector<std::byte> finish(ByteWriter& writer) {
  wire::finish_frame(writer);
  return {writer.bytes().begin(), writer.bytes().end()};
}

}  // namespace

std::vector<std::byte> seal(const Code& key, std::uint64_t counter,
                            std::span<const std::byte> frame) {
  SPLITSCOPE_ASSERT(frame.size() + SealOverhead <= wire::FrameSizeMax);
  ByteWriter writer;
  wire::begin_frame(writer, static_cast<std::uint16_t>(FrameType::Sealed), 0, 0);
  writer.u64(counter);
  put(writer, frame);
  put(writer, frame_code(key, counter, frame));
  return finish(writer);
}

std::optional<std::span<const std::byte>> unseal(const Code& key, std::uint64_t counter,
                                                 std::span<const std::byte> sealed) {
  const auto parts = split(sealed, FrameType::Sealed, NumberSize);
  if (!parts.has_value()) return std::nullopt;
  ByteReader head(parts->head);
  if (head.u64() != counter) return std::nullopt;
  if (!are_equal(parts->code, frame_code(key, counter, parts->content))) return std::nullopt;
  return parts->content;
}

std::vector<std::byte> seal_datagram(const JoinSecret& secret, std::string_view cluster_name,
                                     base::Ipv4 sender, const DatagramStamp& stamp,
                                     std::span<const std::byte> datagram) {
  ByteWriter head;
  put(head, stamp.nonce);
  head.u64(stamp.counter);
  head.u16(stamp.port);
  ByteWriter writer;
  wire::begin_frame(writer, static_cast<std::uint16_t>(FrameType::SealedDatagram), 0, 0);
  put(writer, head.bytes());
  put(writer, datagram);
  put(writer, datagram_code(secret, cluster_name, sender, head.bytes(), datagram));
  return finish(writer);
}

std::optional<OpenedDatagram> open_datagram(const JoinSecret& secret, std::string_view cluster_name,
                                            base::Ipv4 sender, std::span<const std::byte> sealed) {
  const auto parts = split(sealed, FrameType::SealedDatagram, StampSize);
  if (!parts.has_value()) return std::nullopt;
  const Code code = datagram_code(secret, cluster_name, sender, parts->head, parts->content);
  if (!are_equal(parts->code, code)) return std::nullopt;
  OpenedDatagram opened;
  ByteReader head(parts->head);
  for (std::byte& byte : opened.stamp.nonce) byte = std::byte{head.u8()};
  opened.stamp.counter = head.u64();
  opened.stamp.port = head.u16();
  opened.datagram = parts->content;
  return opened;
}

}  // namespace splitscope::auth
