// The pure rules of joining by multicast (Hazelcast's MulticastJoiner): how often a joiner asks
// before it founds a cluster of its own, and what a master keeps of other masters' announcements.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "engine/base/time.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::schemes {

// The gap between two questions is drawn from these; their mean divides the time-out.
inline constexpr base::Duration PublishGapMin = std::chrono::milliseconds{50};
inline constexpr base::Duration PublishGapMax = std::chrono::milliseconds{200};
inline constexpr base::Duration PublishGapMean = std::chrono::milliseconds{125};
// No budget grows beyond this: 35 hours of questions.
inline constexpr std::uint32_t TryCountMax = 1'000'000;

// time-out / 125 ms + (last octet + (port - base port)) mod 10: so that neighbours started together
// do not give up together.
std::uint32_t multicast_try_count(base::Duration timeout, const base::Endpoint& self,
                                  std::uint16_t base_port);

// How many questions a joiner has left. The smallest uuid wins the race to be master: hearing a
// smaller one ask grants a joiner one more try. The grants outlast a join.
class TryBudget {
 public:
  explicit TryBudget(std::uint32_t tries) : tries_(tries) {}
  void on_other_request(const base::Uuid& own, const base::Uuid& other);
  // Takes one try; false if none is left, and the count begins anew.
  bool take();
  // Which try the last one was, from 1.
  std::uint32_t taken() const { return taken_; }
  void restart() { taken_ = 0; }
  std::uint32_t tries() const { return tries_; }

 private:
  std::uint32_t tries_;
  std::uint32_t taken_ = 0;
};

// Announcements of other masters: the last one heard is looked at first. Bounded: the oldest goes.
class AnnouncementStack {
 public:
  static constexpr std::size_t SizeMax = 64;
  void push(const SplitBrainCheck& announcement);
  std::optional<SplitBrainCheck> pop();
  void clear() { announcements_.clear(); }
  std::size_t size() const { return announcements_.size(); }

 private:
  std::deque<SplitBrainCheck> announcements_;  // newest first
};

}  // namespace splitscope::schemes
