// The future-event set as a two-level ladder: a near ring of short buckets, a far ring of whole
// laps of the near one, and a spill list beyond. A bucket is sorted only when its turn comes. The
// order is the same total order as the heap's, so the kind of queue can never change a run.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/sim/event_blocks.hpp"

namespace splitscope::sim {

class LadderQueue {
 public:
  LadderQueue();

  bool is_empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  void push(Event event) {
    ++size_;
    const std::uint64_t bucket = bucket_of(event);
    if (bucket > bucket_ && bucket < lap_end_) [[likely]] {
      put_near(event, bucket);
    } else {
      push_elsewhere(event, bucket);
    }
  }
  // Takes the first event if its time is at most `limit`; false if there is none.
  bool pop(std::int64_t limit, Event& event) {
    while (next_ == end_) {
      if (!open_next_bucket(limit)) return false;
    }
    const Event& first = current_.data()[next_];
    if (first.time > limit) return false;
    event = first;
    ++next_;
    --size_;
    return true;
  }
  // Whether the event that was popped last was the first of its bucket.
  bool is_at_first_of_bucket() const { return next_ == 1; }
  // The events of the next buckets of its lap, unsorted: calls visit(event, ahead) with 1, 2 and 3
  // for how many buckets ahead it is.
  template <typename Visitor>
  void look_ahead(Visitor visit) const {
    std::uint64_t bucket = bucket_;
    for (int ahead = 1; ahead <= 3; ++ahead) {
      bucket = next_bucket(bucket);
      if (bucket >= lap_end_) return;
      blocks_.for_each(near_.data()[bucket % NearCount],
                       [&visit, ahead](const Event& event) { visit(event, ahead); });
    }
  }
  // Forgets all events and starts again at time 0, but keeps the memory.
  void clear();

 private:
  static constexpr std::uint32_t NearCount = 4096;
  static constexpr std::uint32_t FarCount = 1024;
  static constexpr int ShiftMin = 8;     // buckets of 256 ns
  static constexpr int ShiftMax = 24;    // buckets of 16.8 ms
  static constexpr int ShiftStart = 18;  // 0.26 ms
  static constexpr std::size_t RankedMax = 32;
  static constexpr std::size_t CurrentMin = 64;
  static constexpr std::size_t CurrentKeptMax = 4096;  // of the room that a crowded bucket needed

  std::uint64_t bucket_of(Event event) const {
    return static_cast<std::uint64_t>(event.time) >> shift_;
  }
  void put_near(Event event, std::uint64_t bucket) {
    const std::uint64_t slot = bucket % NearCount;
    occupied_.data()[slot / 64] |= std::uint64_t{1} << (slot % 64);
    blocks_.add(near_.data()[slot], event);
  }
  void push_elsewhere(Event event, std::uint64_t bucket);
  void insert_into_current(const Event& event);
  std::uint64_t next_bucket(std::uint64_t after) const;
  bool open_next_bucket(std::int64_t limit);
  void begin_lap();
  void sort_current();
  template <std::uint32_t Room>
  void rank_current();
  void retune();
  void rebuild(int shift);

  int shift_ = ShiftStart;
  EventBlocks blocks_;  // of all bags
  std::vector<EventBlocks::Bag> near_;
  std::vector<EventBlocks::Bag> far_;
  EventBlocks::Bag spill_ = EventBlocks::Empty;
  std::vector<Event> current_;  // the open bucket: sorted from next_ to end_, room behind
  std::array<Event, RankedMax> unsorted_;  // what is being ranked
  std::size_t next_ = 0;
  std::size_t end_ = 0;
  std::uint64_t bucket_ = 0;           // the open one
  std::uint64_t lap_end_ = NearCount;  // the first bucket of the next lap
  std::size_t size_ = 0;
  std::array<std::uint64_t, NearCount / 64> occupied_{};

  // Since the last tuning.
  struct Seen {
    std::uint64_t laps = 0;
    std::uint64_t events = 0;
    std::uint64_t squares = 0;  // of the numbers of events in buckets
  };
  Seen seen_;
};

}  // namespace splitscope::sim
