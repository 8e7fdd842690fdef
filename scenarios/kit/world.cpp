#include "scenarios/kit/world.hpp"

#include <algorithm>

namespace splitscope::scenarios {

std::optional<NetworkSpec> site_named(std::string_view name) {
  NetworkSpec network;
  if (name == "lan") return network;
  if (name == "routed") {
    network.subnets = {{"a", true}, {"b", true}};
    return network;
  }
  if (name == "vpc") {
    network.subnets = {{"vpc", false}};
    return network;
  }
  if (name == "multi-az") {
    network.subnets = {{"a", false}, {"b", false}, {"c", false}};
    network.routed_latency = std::chrono::microseconds{700};
    return network;
  }
  return std::nullopt;
}

std::vector<base::Duration> start_offsets(const ClusterSpec& spec, const StartOptions& options,
                                          base::Prng& random) {
  constexpr std::int64_t SpreadNs = 1'000'000'000;
  std::vector<base::Duration> offsets;
  base::Duration stagger{};
  for (std::uint32_t index = 0; index < spec.members; ++index) {
    const bool first = std::ranges::find(spec.well_known, index) != spec.well_known.end();
    // Drawn in any case, so that the options shift no later draw.
    const base::Duration drawn{random.between(0, SpreadNs) + (first ? 0 : SpreadNs)};
    offsets.push_back(options.together                           ? base::Duration{}
                      : options.stagger > base::Duration::zero() ? stagger
                                                                 : drawn);
    stagger += options.stagger;
  }
  return offsets;
}

base::Result<void> World::probe(ClusterId, const ProbePlan&) {
  return base::failure("not in this world: clients that use the cluster's data");
}

}  // namespace splitscope::scenarios
