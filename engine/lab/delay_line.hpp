// Frames under way, by the moment at which they arrive; those of one moment in the order they were
// sent. Keeps its memory: a frame in flight costs no allocation once the line has been as full.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/time.hpp"
#include "engine/net/topology.hpp"

namespace splitscope::lab {

class DelayLine {
 public:
  static constexpr std::size_t FramesMax = 65'536;

  struct Frame {
    net::HostId to;
    std::vector<std::byte> bytes;
  };

  // A copy of `bytes` to be filled in further before the next call; nullptr if the line is full.
  Frame* add(base::Instant due, net::HostId to, std::span<const std::byte> bytes);
  base::Instant next_due() const { return heap_.empty() ? base::EndOfTime : heap_.front().due; }
  // The next frame that is due by `now`, valid until the next call; nullptr if none is.
  const Frame* take(base::Instant now);
  std::size_t size() const { return heap_.size(); }

 private:
  struct Entry {
    base::Instant due;
    std::uint64_t sequence;
    std::uint32_t slot;
  };
  static bool later(const Entry& left, const Entry& right) {
    return left.due != right.due ? left.due > right.due : left.sequence > right.sequence;
  }

  std::vector<Entry> heap_;
  std::vector<Frame> frames_;
  std::vector<std::uint32_t> free_;
  std::uint64_t next_sequence_ = 0;
};

}  // namespace splitscope::lab
