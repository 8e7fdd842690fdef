#include "engine/net/address_table.hpp"

#include <iterator>

namespace splitscope::net {

std::vector<AddressTable::Run>::iterator AddressTable::after(base::Ipv4 address) {
  return std::ranges::upper_bound(runs_, address.value, {}, &Run::first);
}

const AddressTable::Run* AddressTable::find_run(base::Ipv4 address) const {
  const auto after = std::ranges::upper_bound(runs_, address.value, {}, &Run::first);
  if (after == runs_.begin()) return nullptr;
  const Run& run = *std::prev(after);
  return run.holds(address) ? &run : nullptr;
}

void AddressTable::assign(base::Ipv4 address, HostId host) {
  forget(address);
  const auto next = after(address);
  if (next != runs_.begin()) {
    Run& before = *std::prev(next);
    if (address.value - before.first == before.count &&
        host.value - before.host.value == before.count) {
      ++before.count;
      return;
    }
  }
  runs_.insert(next, {address.value, 1, host});
}

void AddressTable::forget(base::Ipv4 address) {
  if (find(address) == NoHost) return;
  const auto run = std::prev(after(address));
  const std::uint32_t before = address.value - run->first;
  const std::uint32_t behind = run->count - before - 1;
  const Run rest{address.value + 1, behind, HostId{run->host.value + before + 1}};
  run->count = before;
  const auto place = before == 0 ? runs_.erase(run) : std::next(run);
  if (behind > 0) runs_.insert(place, rest);
}

}  // namespace splitscope::net
