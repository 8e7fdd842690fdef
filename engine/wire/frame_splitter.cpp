#include "engine/wire/frame_splitter.hpp"

#include "engine/wire/frame.hpp"

namespace splitscope::wire {

void FrameSplitter::feed(std::span<const std::byte> bytes) {
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(read_));
  read_ = 0;
  if (!malformed_) bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

std::optional<std::span<const std::byte>> FrameSplitter::next() {
  const std::span<const std::byte> rest = std::span(bytes_).subspan(read_);
  if (malformed_ || rest.size() < FrameHeaderSize) return std::nullopt;
  const auto header = read_frame_header(rest);
  if (!header.has_value()) {
    malformed_ = true;
    return std::nullopt;
  }
  if (rest.size() < header->size) return std::nullopt;
  read_ += header->size;
  return rest.first(header->size);
}

}  // namespace splitscope::wire
