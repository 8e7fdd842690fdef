// Immutable bytes that many connections may share: a broadcast is encoded once. Buffers come from a
// pool, so a warm run allocates nothing per message.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace splitscope::base {

class MessagePool;

// A handle to shared bytes. Copying shares. Not for use across threads: a pool and its messages
// belong to one run. Every message must be gone before its pool.
class Message {
 public:
  Message() = default;
  Message(const Message& other) : buffer_(other.buffer_) { retain(); }
  Message(Message&& other) noexcept : buffer_(std::exchange(other.buffer_, nullptr)) {}
  Message& operator=(Message other) noexcept {
    std::swap(buffer_, other.buffer_);
    return *this;
  }
  ~Message() { release(); }
  // Leaves an empty handle.
  void reset() {
    release();
    buffer_ = nullptr;
  }

  std::span<const std::byte> bytes() const {
    if (buffer_ == nullptr) return {};
    return {payload(buffer_), buffer_->size};
  }
  std::uint32_t size() const { return buffer_ == nullptr ? 0 : buffer_->size; }
  bool is_empty() const { return size() == 0; }
  // Whether both are handles to one buffer.
  bool shares_with(const Message& other) const { return buffer_ == other.buffer_; }
  // A hash of the bytes, computed once when the message is made. 0 for an empty handle.
  std::uint64_t hash() const { return buffer_ == nullptr ? 0 : buffer_->hash; }

 private:
  friend class MessagePool;
  struct Buffer {
    MessagePool* pool;
    Buffer* next_free;
    std::uint64_t hash;
    std::uint32_t size;
    std::uint32_t references;
    std::uint32_t size_class;
    std::uint32_t unused;
  };
  static std::byte* payload(Buffer* buffer) {
    return reinterpret_cast<std::byte*>(buffer) + sizeof(Buffer);
  }

  explicit Message(Buffer* buffer) : buffer_(buffer) {}
  void retain() const {
    if (buffer_ != nullptr) ++buffer_->references;
  }
  inline void release();

  Buffer* buffer_ = nullptr;
};

// Hands out messages in size classes of powers of two from 64 bytes; memory is kept until the pool
// goes. Largest message: LargestSize.
class MessagePool {
 public:
  static constexpr std::uint32_t LargestSize = 1u << 20;

  MessagePool() = default;
  MessagePool(const MessagePool&) = delete;
  MessagePool& operator=(const MessagePool&) = delete;
  ~MessagePool();

  // A message with a copy of `bytes`. Precondition: bytes.size() <= LargestSize.
  Message make(std::span<const std::byte> bytes);

  // Messages alive now; for tests of leaks.
  std::uint32_t live_count() const { return live_count_; }

 private:
  friend class Message;
  static constexpr std::uint32_t ClassCount = 15;

  Message::Buffer* take(std::uint32_t size_class);
  void give_back(Message::Buffer* buffer);

  std::array<Message::Buffer*, ClassCount> free_{};
  std::vector<std::unique_ptr<std::byte[]>> slabs_;
  std::uint32_t live_count_ = 0;
};

inline void Message::release() {
  if (buffer_ != nullptr && --buffer_->references == 0) buffer_->pool->give_back(buffer_);
}

// The hash that Message::hash() answers.
std::uint64_t hash_bytes(std::span<const std::byte> bytes);

}  // namespace splitscope::base
