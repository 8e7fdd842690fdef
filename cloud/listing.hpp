// What a listing call sees: the inventory as an eventually consistent service shows it. A new
// instance may be missing for a while, a dead one may still be there as it was, tags may be late.
#pragma once

#include <vector>

#include "cloud/cloud_fault.hpp"
#include "cloud/inventory.hpp"

namespace splitscope::cloud {

// How late each kind of news is. Zero ranges: a consistent service.
struct Lateness {
  Range launched;
  Range ended;
  Range tags;
  std::uint64_t seed = 0;  // the delay of one thing is drawn from this and its number
};

struct ListedInstance {
  const Instance* instance = nullptr;
  InstanceState state = InstanceState::Running;
  bool has_tags = true;
  friend bool operator==(const ListedInstance&, const ListedInstance&) = default;
};

// By number.
std::vector<ListedInstance> list_instances(const Inventory& inventory, const Lateness& lateness,
                                           base::Instant now);
// Tasks that are listed as running.
std::vector<const Task*> list_tasks(const Inventory& inventory, const Lateness& lateness,
                                    base::Instant now);

}  // namespace splitscope::cloud
