#include "engine/sim/sent_segments.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"
#include "engine/sim/tcp_timing.hpp"

namespace splitscope::sim {
namespace {

// So many arrived beyond a gap leave no doubt that it is a loss (rule 27).
constexpr std::uint32_t SureLossCount = 3;

}  // namespace

void SentSegments::add(ByteRange segment, base::Instant now) {
  SPLITSCOPE_ASSERT(is_empty() || segments_.back().range.end == segment.begin);
  segments_.push_back(Segment{segment, now});
}

void SentSegments::delivered(const Segment& segment, base::Instant now) {
  const base::Duration round_trip = now - segment.sent_at;
  // Too soon for the copy: it is the first one that arrived.
  if (segment.resent && round_trip < least_round_trip_) return;
  least_round_trip_ = std::min(least_round_trip_, round_trip);
  if (!segment.resent && segment.range.end <= highest_ahead_) reordering_seen_ = true;
  if (segment.sent_at < newest_sent_at_) return;
  if (segment.sent_at == newest_sent_at_ && segment.range.end < newest_end_) return;
  newest_sent_at_ = segment.sent_at;
  newest_end_ = segment.range.end;
  newest_round_trip_ = round_trip;
}

SentSegments::Sample SentSegments::acknowledge(std::uint64_t until, base::Instant now) {
  Sample sample;
  Sample of_resent;
  while (!is_empty() && segments_.front().range.end <= until) {
    const Segment segment = segments_.pop_front();
    if (segment.arrived) {
      --ahead_count_;
    } else {
      delivered(segment, now);
      if (segment.resent) {
        of_resent = {true, now - segment.sent_at};
      } else if (!sample.is_valid) {
        sample = {true, now - segment.sent_at};
      }
    }
    if (segment.lost) --lost_count_;
  }
  if (is_empty()) {
    highest_ahead_ = 0;
  } else if (segments_.front().range.begin < until) {
    segments_.front().range.begin = until;
  }
  return sample.is_valid ? sample : of_resent;
}

bool SentSegments::acknowledge_ahead(ByteRange range, base::Instant now) {
  bool is_news = false;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    Segment& segment = segments_[i];
    if (segment.arrived || segment.range.begin < range.begin) continue;
    if (segment.range.end > range.end) break;
    delivered(segment, now);
    segment.arrived = true;
    ++ahead_count_;
    if (segment.lost) --lost_count_;
    segment.lost = false;
    is_news = true;
  }
  highest_ahead_ = std::max(highest_ahead_, range.end);
  return is_news;
}

bool SentSegments::was_sent_before_newest(const Segment& segment) const {
  if (segment.sent_at != newest_sent_at_) return segment.sent_at < newest_sent_at_;
  return segment.range.end < newest_end_;
}

base::Instant SentSegments::find_losses(base::Instant now, bool in_recovery) {
  base::Duration patience = least_round_trip_ / 4;
  if (!reordering_seen_ && (in_recovery || ahead_count_ >= SureLossCount)) patience = {};
  base::Instant next = base::EndOfTime;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    Segment& segment = segments_[i];
    if (segment.arrived || segment.lost || !was_sent_before_newest(segment)) continue;
    const base::Instant lost_at = segment.sent_at + newest_round_trip_ + patience;
    if (lost_at <= now) {
      segment.lost = true;
      ++lost_count_;
    } else {
      next = std::min(next, lost_at);
    }
  }
  return next;
}

void SentSegments::lose_all() {
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    Segment& segment = segments_[i];
    if (segment.arrived || segment.lost) continue;
    segment.lost = true;
    ++lost_count_;
  }
}

ByteRange SentSegments::resend(std::size_t index, std::uint32_t size_max, base::Instant now) {
  Segment& segment = segments_[index];
  std::size_t after = index + 1;
  while (after < segments_.size() && !segments_[after].arrived &&
         segments_[after].range.end - segment.range.begin <= size_max) {
    segment.range.end = segments_[after].range.end;
    if (segments_[after].lost) --lost_count_;
    ++after;
  }
  segments_.erase(index + 1, after - index - 1);
  if (segment.lost) --lost_count_;
  segment.lost = false;
  segment.resent = true;
  segment.sent_at = now;
  return segment.range;
}

ByteRange SentSegments::resend_lost(std::uint32_t size_max, base::Instant now) {
  std::size_t index = 0;
  while (!segments_[index].lost) ++index;
  return resend(index, size_max, now);
}

ByteRange SentSegments::resend_first(std::uint32_t size_max, base::Instant now) {
  SPLITSCOPE_ASSERT(!is_empty());
  return resend(0, size_max, now);
}

ByteRange SentSegments::resend_last(base::Instant now) {
  SPLITSCOPE_ASSERT(!is_empty());
  std::size_t index = segments_.size() - 1;
  while (index > 0 && segments_[index].arrived) --index;
  return resend(index, 0, now);
}

}  // namespace splitscope::sim
