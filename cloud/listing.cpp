#include "cloud/listing.hpp"

namespace splitscope::cloud {
namespace {

base::Duration draw(const Range& range, std::uint64_t seed, std::string_view what,
                    std::uint64_t number) {
  if (range.high <= range.low) return range.low;
  base::Prng random(base::derive_seed(seed, what, number));
  return base::Duration{random.between(range.low.count(), range.high.count())};
}

}  // namespace

std::vector<ListedInstance> list_instances(const Inventory& inventory, const Lateness& lateness,
                                           base::Instant now) {
  std::vector<ListedInstance> listed;
  for (const Instance& instance : inventory.instances()) {
    const std::uint64_t number = instance.number;
    const base::Duration new_late = draw(lateness.launched, lateness.seed, "launched", number);
    if (now < instance.launched_at + new_late) continue;
    const base::Duration end_late = draw(lateness.ended, lateness.seed, "ended", number);
    const bool has_ended = instance.terminated_at && now >= *instance.terminated_at + end_late;
    // Before the news of its end it is shown as it was just before.
    base::Instant seen = now;
    if (instance.terminated_at) {
      seen = has_ended ? now - end_late : *instance.terminated_at - base::Duration{1};
    }
    const auto state = inventory.state(instance, seen);
    if (!state) continue;
    const base::Duration tags_late = draw(lateness.tags, lateness.seed, "tags", number);
    listed.push_back({&instance, *state, now >= instance.launched_at + tags_late});
  }
  return listed;
}

std::vector<const Task*> list_tasks(const Inventory& inventory, const Lateness& lateness,
                                    base::Instant now) {
  std::vector<const Task*> listed;
  for (const Task& task : inventory.tasks()) {
    const base::Duration new_late =
        draw(lateness.launched, lateness.seed, "task started", task.number);
    const base::Duration end_late = draw(lateness.ended, lateness.seed, "task ended", task.number);
    const bool has_ended = task.stopped_at && now >= *task.stopped_at + end_late;
    if (now >= task.started_at + new_late && !has_ended) listed.push_back(&task);
  }
  return listed;
}

}  // namespace splitscope::cloud
