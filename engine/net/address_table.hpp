// Whose an address is. Hosts mostly have addresses in a row, so runs are kept, not addresses: a
// table for any number of hosts numbered as their addresses are is one line of the cache.
// Invariant: runs are sorted and do not overlap.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/net/host_id.hpp"

namespace splitscope::net {

class AddressTable {
 public:
  // From now on the address is this host's, whosever it was.
  void assign(base::Ipv4 address, HostId host);
  // It is nobody's. Ignored if it was nobody's before.
  void forget(base::Ipv4 address);
  // NoHost if it is nobody's.
  HostId find(base::Ipv4 address) const {
    if (runs_.empty()) return NoHost;
    const Run* run = runs_.data();
    if (!run->holds(address)) run = find_run(address);
    return run == nullptr ? NoHost : HostId{run->host.value + (address.value - run->first)};
  }

 private:
  // Addresses from `first` on, of as many hosts from `host` on.
  struct Run {
    std::uint32_t first;
    std::uint32_t count;
    HostId host;
    bool holds(base::Ipv4 address) const { return address.value - first < count; }
  };
  const Run* find_run(base::Ipv4 address) const;
  // The first run that begins behind the address.
  std::vector<Run>::iterator after(base::Ipv4 address);

  std::vector<Run> runs_;
};

}  // namespace splitscope::net
