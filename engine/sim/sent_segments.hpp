// The segments of one connection that were sent and are not acknowledged yet, and which of them are
// lost: selective acknowledgements and RACK (RFC 8985) as Linux has them (rule 27). Pure. Segments
// are in stream order and apart.
#pragma once

#include <cstdint>

#include "engine/base/time.hpp"
#include "engine/sim/small_queue.hpp"

namespace splitscope::sim {

// A run of bytes of a stream, [begin, end).
struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

class SentSegments {
 public:
  // What an acknowledgement said of the way there and back.
  struct Sample {
    bool is_valid = false;
    base::Duration round_trip{};
  };

  // Sent for the first time. Precondition: it begins where the last one ends, or none is out.
  void add(ByteRange segment, base::Instant now);
  // All before `until` is acknowledged. The sample is of the first segment that this covers and
  // that was sent but once, else of the last one.
  Sample acknowledge(std::uint64_t until, base::Instant now);
  // This has arrived beyond a gap. True if that is news.
  bool acknowledge_ahead(ByteRange range, base::Instant now);
  // Marks lost what was sent long enough before something that has arrived. Returns when a segment
  // that is only late so far becomes lost; EndOfTime if there is none.
  base::Instant find_losses(base::Instant now, bool in_recovery);
  // A retransmission time-out: nothing is believed to be on its way (rule 4).
  void lose_all();

  // The first lost segment, or nullptr.
  bool has_lost() const { return lost_count_ > 0; }
  // Takes the first lost one, or the first of all, to be sent again, small ones that follow merged
  // into it up to `size_max`. Precondition: not empty.
  ByteRange resend_lost(std::uint32_t size_max, base::Instant now);
  ByteRange resend_first(std::uint32_t size_max, base::Instant now);
  // The last one that has not arrived, for a tail loss probe (rule 2).
  ByteRange resend_last(base::Instant now);

  bool is_empty() const { return segments_.is_empty(); }
  std::uint32_t count() const { return segments_.size(); }
  // Believed to be on their way: neither arrived nor lost.
  std::uint32_t in_flight() const { return count() - ahead_count_ - lost_count_; }
  std::uint32_t ahead_count() const { return ahead_count_; }
  // When the first one was sent last. Precondition: not empty.
  base::Instant first_sent_at() const { return segments_.front().sent_at; }

 private:
  struct Segment {
    ByteRange range;
    base::Instant sent_at{};
    bool arrived = false;  // beyond a gap
    bool lost = false;
    bool resent = false;
  };
  void delivered(const Segment& segment, base::Instant now);
  bool was_sent_before_newest(const Segment& segment) const;
  ByteRange resend(std::size_t index, std::uint32_t size_max, base::Instant now);

  SmallQueue<Segment> segments_;
  std::uint32_t ahead_count_ = 0;
  std::uint32_t lost_count_ = 0;
  // RACK: of the segment sent latest among those that arrived.
  base::Instant newest_sent_at_{};
  std::uint64_t newest_end_ = 0;
  base::Duration newest_round_trip_{};
  base::Duration least_round_trip_ = base::Duration::max();
  bool reordering_seen_ = false;
  std::uint64_t highest_ahead_ = 0;
};

}  // namespace splitscope::sim
