// From entries of a well-known list to addresses to ask. Forms: "host", "host:port", octet ranges
// "10.1.4.10-15:4000", wildcards "10.1.4.*". An entry without a port means the base port and the
// ones after it (tcp.join.port.try.count of them). Source: Hazelcast's TcpIpJoiner and AddressUtil.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/result.hpp"
#include "schemes/membership/cluster_config.hpp"

namespace splitscope::schemes {

// Of one list; more is an error, as such a list is a mistake.
inline constexpr std::size_t EntryCountMax = 1024;
inline constexpr std::size_t CandidateCountMax = 4096;
inline constexpr std::size_t HostNameSizeMax = 253;

// One entry, taken apart. A host name is left to a resolver: it has no addresses yet.
struct AddressEntry {
  std::string name;                   // empty: `addresses` are literal
  std::vector<base::Ipv4> addresses;  // in rising order for ranges
  std::uint16_t port = 0;             // the first to try
  std::uint16_t port_count = 1;       // how many from there
  bool is_name() const { return !name.empty(); }
  friend bool operator==(const AddressEntry&, const AddressEntry&) = default;
};

struct PortRule {
  std::uint16_t base_port = 5701;
  std::uint32_t try_count = 3;
};

// Errors quote the entry: no host, a port outside 1..65535, a range that is none, a name with
// letters that no name has, IPv6, too many addresses.
base::Result<AddressEntry> parse_entry(std::string_view text, const PortRule& ports);
// All of a list, in order; one text may hold several entries, split at commas, semicolons and
// blanks. The first error wins.
base::Result<std::vector<AddressEntry>> parse_entries(std::span<const WellKnownEntry> entries,
                                                      const PortRule& ports);

// Collects candidates in the order given, each once, never one of our own.
class CandidateList {
 public:
  // Our own: any local address with our port, and any loopback address unless we live on one.
  CandidateList(std::span<const base::Ipv4> local_addresses, std::uint16_t own_port);
  // False if it is our own, a duplicate, or the list is full.
  bool add(const base::Endpoint& endpoint);
  // Every port of the entry at each of the addresses. False if the list was full.
  bool add(const AddressEntry& entry, std::span<const base::Ipv4> addresses);
  bool is_own(const base::Endpoint& endpoint) const;
  std::span<const base::Endpoint> endpoints() const { return endpoints_; }
  void clear();

 private:
  std::vector<base::Ipv4> local_addresses_;
  std::uint16_t own_port_;
  std::vector<base::Endpoint> endpoints_;
  std::vector<base::Endpoint> sorted_;
};

}  // namespace splitscope::schemes
