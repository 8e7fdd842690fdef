#include "engine/sim/ladder_queue.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

namespace splitscope::sim {

LadderQueue::LadderQueue()
    : near_(NearCount, EventBlocks::Empty),
      far_(FarCount, EventBlocks::Empty),
      current_(CurrentMin) {}

void LadderQueue::push_elsewhere(Event event, std::uint64_t bucket) {
  if (bucket <= bucket_) {
    insert_into_current(event);
    return;
  }
  const std::uint64_t lap = bucket / NearCount;
  const std::uint64_t open_lap = bucket_ / NearCount;
  blocks_.add(lap - open_lap < FarCount ? far_[lap % FarCount] : spill_, event);
}

void LadderQueue::insert_into_current(const Event& event) {
  if (end_ == current_.size()) current_.resize(2 * end_);
  Event* const events = current_.data();
  Event* const place = std::upper_bound(events + next_, events + end_, event);
  std::move_backward(place, events + end_, events + end_ + 1);
  *place = event;
  ++end_;
}

// The next occupied bucket of this lap, or the first of the next lap.
std::uint64_t LadderQueue::next_bucket(std::uint64_t after) const {
  const std::uint64_t first = after + 1;
  const std::uint64_t slot = first % NearCount;
  if (slot == 0) return first;
  std::uint64_t word = slot / 64;
  std::uint64_t bits = occupied_[word] & (~std::uint64_t{0} << (slot % 64));
  while (bits == 0) {
    if (++word == occupied_.size()) return first - slot + NearCount;
    bits = occupied_[word];
  }
  return first - slot + word * 64 + static_cast<std::uint64_t>(std::countr_zero(bits));
}

bool LadderQueue::open_next_bucket(std::int64_t limit) {
  if (size_ == 0) return false;
  const std::uint64_t candidate = next_bucket(bucket_);
  if (static_cast<std::int64_t>(candidate << shift_) > limit) return false;
  next_ = end_ = 0;
  if (current_.size() > CurrentKeptMax) current_ = std::vector<Event>(CurrentMin);
  bucket_ = candidate;
  if (bucket_ == lap_end_) begin_lap();
  const std::uint64_t slot = bucket_ % NearCount;
  if (near_[slot] == EventBlocks::Empty) return true;
  end_ = blocks_.move_to(near_[slot], current_, end_);
  occupied_[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
  seen_.events += end_;
  seen_.squares += end_ * end_;
  sort_current();
  return true;
}

void LadderQueue::sort_current() {
  Event* const events = current_.data();
  if (end_ > RankedMax) {
    std::sort(events, events + end_);
    return;
  }
  if (end_ > RankedMax / 2) {
    rank_current<RankedMax>();
  } else if (end_ > 2) {
    rank_current<RankedMax / 2>();
  }
  // What is left are events of one instant, in the order in which the bag had them.
  for (std::size_t i = 1; i < end_; ++i) {
    for (std::size_t j = i; j > 0 && events[j] < events[j - 1]; --j) {
      std::swap(events[j], events[j - 1]);
    }
  }
}

// Puts the events of the open bucket in order of time. A branch on what comes first goes wrong
// every other time, so each event counts those before it instead, four at once.
template <std::uint32_t Room>
void LadderQueue::rank_current() {
  static_assert(std::countr_zero(Room) + ShiftMax < 31);
  const auto count = static_cast<std::uint32_t>(end_);
  const std::uint64_t begin = bucket_ << shift_;
  alignas(64) std::array<std::int32_t, Room> keys;  // time within the bucket, then place
  keys.fill(std::numeric_limits<std::int32_t>::max());
  for (std::uint32_t i = 0; i < count; ++i) {
    unsorted_[i] = current_[i];
    const auto time =
        static_cast<std::uint32_t>(static_cast<std::uint64_t>(unsorted_[i].time) - begin);
    keys[i] = static_cast<std::int32_t>(time * Room + i);
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    std::int32_t before = 0;
    for (std::uint32_t j = 0; j < Room; ++j) before += keys[j] < keys[i] ? 1 : 0;
    current_[static_cast<std::uint32_t>(before)] = unsorted_[i];
  }
}

void LadderQueue::begin_lap() {
  retune();
  lap_end_ = (bucket_ / NearCount + 1) * NearCount;
  const std::uint64_t lap = bucket_ / NearCount;
  blocks_.drain(far_[lap % FarCount],
                [this](const Event& event) { put_near(event, bucket_of(event)); });
  if (lap % FarCount != 0) return;
  EventBlocks::Bag spill = std::exchange(spill_, EventBlocks::Empty);
  blocks_.drain(spill, [this](const Event& event) {
    --size_;
    push(event);
  });
}

// Buckets that hold too many events cost sorting, too few cost scanning. Only the cost depends on
// it. The measure is how many share an event's bucket, so that bursts count and not the pauses.
void LadderQueue::retune() {
  constexpr std::uint64_t CrowdedMin = 24;
  constexpr std::uint64_t SparseMax = 6;
  constexpr std::uint64_t EventsMin = 512;
  constexpr std::uint64_t LapsMax = 64;
  constexpr std::uint64_t EventsOfLapMin = 4;
  ++seen_.laps;
  if (seen_.events < EventsMin && seen_.laps < LapsMax) return;
  const std::uint64_t sharing = seen_.events == 0 ? 0 : seen_.squares / seen_.events;
  int shift = shift_;
  if (sharing >= CrowdedMin) {
    shift -= static_cast<int>(std::bit_width(sharing)) - 4;
  } else if (sharing < SparseMax || seen_.events < seen_.laps * EventsOfLapMin) {
    ++shift;
  }
  seen_ = {};
  shift = std::clamp(shift, ShiftMin, ShiftMax);
  if (shift != shift_) rebuild(shift);
}

void LadderQueue::rebuild(int shift) {
  // In a bag too, since that fills the blocks that the others leave.
  EventBlocks::Bag pending = EventBlocks::Empty;
  const auto keep = [this, &pending](const Event& event) { blocks_.add(pending, event); };
  for (EventBlocks::Bag& bucket : near_) blocks_.drain(bucket, keep);
  for (EventBlocks::Bag& lap : far_) blocks_.drain(lap, keep);
  blocks_.drain(spill_, keep);
  occupied_.fill(0);
  const std::uint64_t at = bucket_ << shift_;  // no pending event is earlier
  shift_ = shift;
  bucket_ = at >> shift_;
  lap_end_ = (bucket_ / NearCount + 1) * NearCount;
  size_ = 0;
  blocks_.drain(pending, [this](const Event& event) { push(event); });
}

void LadderQueue::clear() {
  blocks_.clear();
  std::ranges::fill(near_, EventBlocks::Empty);
  std::ranges::fill(far_, EventBlocks::Empty);
  spill_ = EventBlocks::Empty;
  occupied_.fill(0);
  next_ = end_ = 0;
  bucket_ = 0;
  lap_end_ = NearCount;
  size_ = 0;
  seen_ = {};
  shift_ = ShiftStart;
}

}  // namespace splitscope::sim
