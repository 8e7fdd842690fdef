#include "engine/sim/ladder_queue.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace splitscope::sim {

LadderQueue::LadderQueue() : near_(NearCount), far_(FarCount) {}

void LadderQueue::push_elsewhere(const Event& event, std::uint64_t bucket) {
  if (bucket <= bucket_) {
    insert_into_current(event);
    return;
  }
  const std::uint64_t lap = bucket / NearCount;
  const std::uint64_t open_lap = bucket_ / NearCount;
  if (lap - open_lap < FarCount) {
    far_[lap % FarCount].push_back(event);
  } else {
    spill_.push_back(event);
  }
}

void LadderQueue::insert_into_current(const Event& event) {
  const auto begin = current_.begin() + static_cast<std::ptrdiff_t>(next_);
  current_.insert(std::upper_bound(begin, current_.end(), event), event);
}

// The next occupied bucket of this lap, or the first of the next lap.
std::uint64_t LadderQueue::next_bucket() const {
  const std::uint64_t after = bucket_ + 1;
  const std::uint64_t slot = after % NearCount;
  if (slot == 0) return after;
  std::uint64_t word = slot / 64;
  std::uint64_t bits = occupied_[word] & (~std::uint64_t{0} << (slot % 64));
  while (bits == 0) {
    if (++word == occupied_.size()) return after - slot + NearCount;
    bits = occupied_[word];
  }
  return after - slot + word * 64 + static_cast<std::uint64_t>(std::countr_zero(bits));
}

std::span<const Event> LadderQueue::following() const {
  const std::uint64_t bucket = next_bucket();
  if (bucket / NearCount != bucket_ / NearCount) return {};
  return near_[bucket % NearCount];
}

bool LadderQueue::open_next_bucket(std::int64_t limit) {
  if (size_ == 0) return false;
  const std::uint64_t candidate = next_bucket();
  if (static_cast<std::int64_t>(candidate << shift_) > limit) return false;
  current_.clear();
  next_ = 0;
  bucket_ = candidate;
  if (bucket_ % NearCount == 0) begin_lap();
  std::vector<Event>& bucket = near_[bucket_ % NearCount];
  if (bucket.empty()) return true;
  current_.swap(bucket);
  const std::uint64_t slot = bucket_ % NearCount;
  occupied_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
  ++lap_buckets_;
  lap_events_ += current_.size();
  sort_current();
  return true;
}

void LadderQueue::sort_current() {
  if (current_.size() > InsertionSortMax) {
    std::sort(current_.begin(), current_.end());
    return;
  }
  for (std::size_t i = 1; i < current_.size(); ++i) {
    const Event event = current_[i];
    std::size_t hole = i;
    while (hole > 0 && event < current_[hole - 1]) {
      current_[hole] = current_[hole - 1];
      --hole;
    }
    current_[hole] = event;
  }
}

void LadderQueue::begin_lap() {
  retune();
  const std::uint64_t lap = bucket_ / NearCount;
  std::vector<Event>& far = far_[lap % FarCount];
  for (const Event& event : far) put_near(event, bucket_of(event));
  far.clear();
  if (lap % FarCount != 0 || spill_.empty()) return;
  std::vector<Event> spill;
  spill.swap(spill_);
  size_ -= spill.size();
  for (const Event& event : spill) push(event);
}

// Buckets that hold too many events cost sorting, too few cost scanning. Only the cost depends on
// it.
void LadderQueue::retune() {
  constexpr std::uint64_t CrowdedMin = 12;
  constexpr std::uint64_t EventsMin = 64;
  int shift = shift_;
  if (lap_events_ >= EventsMin) {
    const std::uint64_t mean = lap_events_ / lap_buckets_;
    if (mean >= CrowdedMin) shift -= static_cast<int>(std::bit_width(mean)) - 2;
    if (mean <= 1 && lap_buckets_ < NearCount / 32) ++shift;
  } else {
    shift += 2;
  }
  lap_events_ = lap_buckets_ = 0;
  shift = std::clamp(shift, ShiftMin, ShiftMax);
  if (shift != shift_) rebuild(shift);
}

void LadderQueue::rebuild(int shift) {
  std::vector<Event> pending;
  pending.reserve(size_);
  for (std::vector<Event>& bucket : near_) {
    pending.insert(pending.end(), bucket.begin(), bucket.end());
    bucket.clear();
  }
  for (std::vector<Event>& lap : far_) {
    pending.insert(pending.end(), lap.begin(), lap.end());
    lap.clear();
  }
  pending.insert(pending.end(), spill_.begin(), spill_.end());
  spill_.clear();
  occupied_.fill(0);
  const std::uint64_t at = bucket_ << shift_;  // no pending event is earlier
  shift_ = shift;
  bucket_ = at >> shift_;
  size_ = 0;
  for (const Event& event : pending) push(event);
}

void LadderQueue::clear() {
  for (std::vector<Event>& bucket : near_) bucket.clear();
  for (std::vector<Event>& lap : far_) lap.clear();
  spill_.clear();
  current_.clear();
  occupied_.fill(0);
  next_ = 0;
  bucket_ = 0;
  size_ = 0;
  lap_events_ = lap_buckets_ = 0;
  shift_ = ShiftStart;
}

}  // namespace splitscope::sim
