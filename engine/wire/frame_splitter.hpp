// Cuts a stream of untrusted bytes, as it comes out of a socket, into frames.
// Invariant: at most one unfinished frame is kept, and memory grows with the bytes that came, never
// with a size that was only announced.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace splitscope::wire {

class FrameSplitter {
 public:
  // Adds what was read. Ends the life of frames handed out before.
  void feed(std::span<const std::byte> bytes);
  // The next whole frame, header included; none if more bytes are needed or the stream is
  // malformed. It lives until the next feed().
  std::optional<std::span<const std::byte>> next();
  // A header could not be one: nothing more comes out of this stream.
  bool is_malformed() const { return malformed_; }
  // Bytes of a frame that is not complete.
  std::size_t pending() const { return bytes_.size() - read_; }

 private:
  std::vector<std::byte> bytes_;
  std::size_t read_ = 0;
  bool malformed_ = false;
};

}  // namespace splitscope::wire
