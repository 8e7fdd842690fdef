// What an instance and a task learn of themselves: instance metadata at 169.254.169.254, versions 1
// and 2, and task metadata and credentials at 169.254.170.2, versions 3 and 4. Callers are known by
// their address. Tokens are not stored: each says what it is good for, under a seal.
#pragma once

#include <string_view>

#include "cloud/authority.hpp"
#include "cloud/call.hpp"
#include "cloud/inventory.hpp"

namespace splitscope::cloud {

inline constexpr std::string_view InstanceMetadataHost = "169.254.169.254";
inline constexpr std::string_view TaskMetadataHost = "169.254.170.2";

struct MetadataFaults {
  bool is_off = false;       // 403 for everything
  bool loses_token = false;  // the answer to PUT dies on its way
  bool is_expired = false;   // credentials are of a session that is over
};

class Metadata {
 public:
  Metadata(std::uint64_t seed, const Authority& authority) : seed_(seed), authority_(authority) {}

  // `instance`: of the caller; none: nobody answers.
  Answer answer_instance(const Call& call, const Instance* instance,
                         const MetadataFaults& faults) const;
  // `task`: of the caller.
  Answer answer_task(const Call& call, const Task* task, std::string_view region,
                     const MetadataFaults& faults) const;

 private:
  Answer answer_token(const Call& call, const Instance& instance,
                      const MetadataFaults& faults) const;
  bool is_token_good(std::string_view token, const Instance& instance, base::WallTime now) const;
  std::string seal(std::string_view content) const;
  env::HttpResponse item(std::string_view path, const Instance& instance, base::WallTime now,
                         const MetadataFaults& faults) const;

  std::uint64_t seed_;
  const Authority& authority_;
};

}  // namespace splitscope::cloud
