// What can go wrong with a control plane, as values, and the book of those in force: which call
// each strikes, and what it has touched.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/prng.hpp"
#include "engine/base/time.hpp"

namespace splitscope::cloud {

enum class CloudFaultKind : std::uint8_t {
  Throttle,           // other token buckets: `capacity`, `refill`
  Lag,                // listings are late: `late_new`, `late_dead`, `late_tags`
  Fail,               // answers `status` and `code`; status 0: no answer at all
  Empty,              // listings without an entry
  Truncate,           // listings stop after `count` entries, without a token for more
  LosePage,           // a page's token is not known any more
  MetadataOff,        // instance metadata answer 403
  HopLimit,           // the token's answer dies on its way to the caller
  ExpireCredentials,  // metadata hand out credentials that have expired
  Cut,                // the region's endpoints cannot be reached: no answer
  Slow,               // `late_new` more until the answer
};

// A range to draw from, once for each thing that is late.
struct Range {
  base::Duration low{};
  base::Duration high{};
  friend bool operator==(const Range&, const Range&) = default;
};

struct CloudFault {
  CloudFaultKind kind = CloudFaultKind::Fail;
  std::string action;               // "DescribeInstances"; empty: every API call
  std::vector<base::Ipv4> callers;  // sorted; empty: everybody
  base::Probability rate = base::Probability::always();
  std::uint32_t first = 0;  // only the first so many calls; 0 = all
  std::uint16_t status = 503;
  std::string code = "Unavailable";
  std::uint32_t capacity = 0;
  std::uint32_t refill = 0;
  Range late_new;
  Range late_dead;
  Range late_tags;
  std::uint32_t count = 0;
};

using FaultNumber = std::uint32_t;

class CloudFaults {
 public:
  static constexpr std::size_t FaultsMax = 1024;

  // Draws come from `random`.
  explicit CloudFaults(base::Prng random) : random_(random) {}

  // None when there are FaultsMax already.
  std::optional<FaultNumber> add(CloudFault fault);
  void remove(FaultNumber number);
  // Calls that came out otherwise because of it, removed or not.
  std::uint64_t touched(FaultNumber number) const { return faults_[number].touched; }

  // The first in force of that kind that strikes this call, or none; draws and counts.
  const CloudFault* strike(CloudFaultKind kind, std::string_view action, base::Ipv4 caller);
  // The same without drawing or counting: for faults whose effect shows only in the answer.
  std::optional<FaultNumber> find(CloudFaultKind kind, std::string_view action,
                                  base::Ipv4 caller) const;
  const CloudFault& fault(FaultNumber number) const { return faults_[number].fault; }
  void touch(FaultNumber number) { ++faults_[number].touched; }

  void reseed(base::Prng random) { random_ = random; }

 private:
  struct Entry {
    CloudFault fault;
    bool in_force = true;
    std::uint64_t struck = 0;
    std::uint64_t touched = 0;
  };
  static bool concerns(const Entry& entry, CloudFaultKind kind, std::string_view action,
                       base::Ipv4 caller);
  base::Prng random_;
  std::vector<Entry> faults_;
};

}  // namespace splitscope::cloud
