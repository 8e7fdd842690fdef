#include "engine/base/message.hpp"

#include <bit>
#include <cstring>

#include "engine/base/assert.hpp"
#include "engine/base/wide.hpp"

namespace splitscope::base {
namespace {

constexpr std::uint32_t SmallestSize = 64;
constexpr std::uint32_t SlabBytes = 16 * 1024;

std::uint32_t class_of(std::size_t size) {
  const std::size_t rounded = std::bit_ceil(size < SmallestSize ? SmallestSize : size);
  return static_cast<std::uint32_t>(std::countr_zero(rounded) - std::countr_zero(SmallestSize));
}

}  // namespace

std::uint64_t hash_bytes(std::span<const std::byte> bytes) {
  std::uint64_t hash = 0x1465'0FB0'739D'0383 ^ bytes.size();
  std::size_t at = 0;
  const auto absorb = [&hash](std::uint64_t word) {
    const auto product = static_cast<Uint128>(hash ^ word) * 0x9E37'79B9'7F4A'7C15;
    hash = static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);  // little-endian machines only, as asserted below
    absorb(word);
  }
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t tail = 0;
  if (at < bytes.size()) std::memcpy(&tail, bytes.data() + at, bytes.size() - at);
  absorb(tail);
  return hash;
}

MessagePool::~MessagePool() {
  SPLITSCOPE_ASSERT(live_count_ == 0);
}

Message MessagePool::make(std::span<const std::byte> bytes) {
  SPLITSCOPE_ASSERT(bytes.size() <= LargestSize);
  Message::Buffer* buffer = take(class_of(bytes.size()));
  buffer->size = static_cast<std::uint32_t>(bytes.size());
  buffer->references = 1;
  if (!bytes.empty()) std::memcpy(Message::payload(buffer), bytes.data(), bytes.size());
  buffer->hash = hash_bytes(bytes);
  ++live_count_;
  return Message(buffer);
}

Message::Buffer* MessagePool::take(std::uint32_t size_class) {
  SPLITSCOPE_ASSERT(size_class < ClassCount);
  if (free_[size_class] == nullptr) {
    const std::size_t stride = sizeof(Message::Buffer) + (std::size_t{SmallestSize} << size_class);
    const std::size_t count = stride < SlabBytes ? SlabBytes / stride : 1;
    slabs_.push_back(std::make_unique_for_overwrite<std::byte[]>(stride * count));
    for (std::size_t i = count; i-- > 0;) {
      auto* buffer = reinterpret_cast<Message::Buffer*>(slabs_.back().get() + i * stride);
      *buffer = {this, free_[size_class], 0, 0, 0, size_class, 0};
      free_[size_class] = buffer;
    }
  }
  Message::Buffer* buffer = free_[size_class];
  free_[size_class] = buffer->next_free;
  return buffer;
}

void MessagePool::give_back(Message::Buffer* buffer) {
  SPLITSCOPE_ASSERT(live_count_ > 0);
  buffer->next_free = free_[buffer->size_class];
  free_[buffer->size_class] = buffer;
  --live_count_;
}

}  // namespace splitscope::base
