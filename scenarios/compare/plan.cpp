#include "scenarios/compare/plan.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/base/assert.hpp"
#include "engine/base/duration_text.hpp"
#include "engine/base/wide.hpp"
#include "scenarios/compare/cloud_variants.hpp"
#include "scenarios/compare/variants.hpp"
#include "scenarios/import/member_list.hpp"
#include "schemes/membership/profile.hpp"

namespace splitscope::scenarios {

namespace {

constexpr base::Duration WindowMargin = std::chrono::seconds{60};

// The longest delays of all schemes of a plan.
struct LongestTimes {
  base::Duration no_heartbeat{};
  base::Duration merge_first{};
  base::Duration merge_next{};
  base::Duration join{};
};

base::Result<LongestTimes> longest_times(const std::vector<SchemeVariant>& variants) {
  LongestTimes longest;
  for (const SchemeVariant& variant : variants) {
    const auto settings = schemes::resolve_settings(variant.cluster.config);
    if (!settings.has_value()) return std::unexpected(settings.error());
    const auto bounds = schemes::compute_bounds(*settings, variant.cluster.config.scheme,
                                                variant.cluster.members + variant.cluster.spares);
    longest.no_heartbeat = std::max(longest.no_heartbeat, settings->max_no_heartbeat);
    longest.merge_first = std::max(longest.merge_first, settings->merge_first_run_delay);
    longest.merge_next = std::max(longest.merge_next, settings->merge_next_run_delay);
    longest.join = std::max(longest.join, bounds.join);
  }
  return longest;
}

base::Duration window_of(const LongestTimes& times) {
  return 2 * (times.no_heartbeat + times.merge_first + times.merge_next) + WindowMargin;
}

base::Result<std::uint32_t> member_count(const schemes::ClusterConfig& config,
                                         const PlanOptions& options) {
  const std::size_t count =
      options.members.has_value() ? *options.members : default_member_count(config);
  if (count < 1 || count > ComparedMembersMax) {
    return base::failure(
        fmt::format("--members: {} members cannot be compared; give 1 to {}, for example "
                    "--members 5",
                    count, ComparedMembersMax));
  }
  return static_cast<std::uint32_t>(count);
}

base::Result<void> check_options(const schemes::ClusterConfig& config, const PlanOptions& options) {
  if (config.scheme == schemes::SchemeKind::None) {
    return base::failure(
        "the files switch clustering off; give those of a cluster, for example with "
        "[clustering] membership_scheme = \"wka\"");
  }
  if (options.seeds < 1 || options.seeds > SeedsMax) {
    return base::failure(fmt::format("--seeds: give 1 to {}, not {}", SeedsMax, options.seeds));
  }
  if (options.scenarios.empty()) {
    return base::failure("--scenarios: name at least one scenario, for example master_killed");
  }
  return {};
}

// Files that ask a cloud belong to one.
std::string site_of(const schemes::ClusterConfig& config, const PlanOptions& options) {
  if (!options.site.empty()) return options.site;
  return is_cloud_scheme(config.scheme) ? "vpc" : "lan";
}

std::string profile_sentence(const ImportedConfig& imported, const PlanOptions& options,
                             const schemes::ClusterConfig& config) {
  const char* origin = options.profile.has_value()        ? "as asked for"
                       : imported.config.engine_from_file ? "as the files say"
                                                          : "by default: the files do not say";
  return fmt::format("Members follow {}{} ({}).", schemes::to_text(config.engine),
                     config.wso2 ? " with WSO2's settings" : "", origin);
}

std::string price_sentence(const PlanOptions& options) {
  const Prices& prices = options.prices;
  std::vector<std::string_view> missing;
  if (!prices.million_calls.has_value()) missing.push_back("million_calls");
  if (!prices.instance_hour.has_value()) missing.push_back("instance_hour");
  const std::string head = fmt::format("Costs are by {}, for {} hours a month", options.prices_path,
                                       prices.hours_per_month);
  if (missing.empty()) return head + ".";
  return fmt::format("{}; {} {} not set there and left out.", head, fmt::join(missing, " and "),
                     missing.size() == 1 ? "is" : "are");
}

std::string placement_sentence(const ComparisonPlan& plan) {
  const ClusterSpec& cluster = plan.schemes.front().cluster;
  std::vector<std::string> parts;
  constexpr std::size_t ShownMax = 8;
  for (std::uint32_t i = 0; i < plan.members && i < ShownMax; ++i) {
    const std::string name = cluster.host_names[i].empty() ? "" : cluster.host_names[i] + " ";
    parts.push_back(
        fmt::format("{} = {}{}", member_name(i), name, base::to_text(cluster.addresses[i])));
  }
  return fmt::format("The cluster has {} members: {}{}.", plan.members, fmt::join(parts, ", "),
                     plan.members > ShownMax ? ", and so on" : "");
}

std::string network_sentence(const ComparisonPlan& plan) {
  const bool multicast = std::ranges::any_of(plan.network.subnets, &SubnetSpec::multicast);
  return fmt::format("The network is \"{}\": {} subnet{}, {} to {} one way, {}.", plan.site,
                     plan.network.subnets.size(), plan.network.subnets.size() == 1 ? "" : "s",
                     base::to_text(plan.network.latency_min),
                     base::to_text(plan.network.latency_max),
                     !multicast                        ? "without multicast"
                     : plan.network.routes_multicast   ? "multicast goes everywhere"
                     : plan.network.subnets.size() > 1 ? "multicast does not cross the router"
                                                       : "with multicast");
}

std::vector<std::string> assumptions_of(const ComparisonPlan& plan, const LongestTimes& times) {
  std::vector<std::string> sentences;
  sentences.push_back(placement_sentence(plan));
  sentences.push_back(network_sentence(plan));
  sentences.push_back(
      fmt::format("Every scheme meets the same {} seeds: the same start offsets (0 to 2 s), delays "
                  "and faults, timed from formation.",
                  plan.seeds.size()));
  sentences.push_back(fmt::format(
      "A cluster that has not formed after {} counts as not formed, and its timeline starts there.",
      base::to_text(plan.formation_limit)));
  sentences.push_back(fmt::format("The moment of the fault is drawn from {} after formation.",
                                  base::to_text(plan.fault_phase)));
  sentences.push_back(fmt::format(
      "Measured is {} from the first fault (from formation where there is none): 2 x ({} without "
      "heartbeat + {} to the first and {} to the next merge run) + 60s.",
      base::to_text(plan.window), base::to_text(times.no_heartbeat),
      base::to_text(times.merge_first), base::to_text(times.merge_next)));
  sentences.push_back(
      fmt::format("A newcomer starts in a branch of each run, at moments spread evenly over that "
                  "time, and has {} to join.",
                  base::to_text(plan.join_bound)));
  sentences.push_back(
      "What does not happen within the measured time is \"never\" and counted as such.");
  sentences.push_back("Members hold no data: a graceful shutdown drains for a drawn 0.6 to 1.7 s.");
  return sentences;
}

}  // namespace

base::Result<base::Duration> window_length(const std::vector<SchemeVariant>& schemes) {
  const auto times = longest_times(schemes);
  if (!times.has_value()) return std::unexpected(times.error());
  return window_of(*times);
}

base::Duration probe_instant(base::Duration window, std::size_t index, std::size_t seeds) {
  SPLITSCOPE_ASSERT(index < seeds);
  const auto whole = static_cast<base::Int128>(window.count()) *
                     static_cast<base::Int128>(2 * index + 1) /
                     static_cast<base::Int128>(2 * seeds);
  return base::Duration{static_cast<std::int64_t>(whole)};
}

std::string member_name(std::uint32_t index) {
  return fmt::format("n{}", index + 1);
}

namespace {

// Leaves the named schemes, in the plan's order.
base::Result<void> choose_schemes(ComparisonPlan& plan, const std::vector<std::string>& names) {
  if (names.empty()) return {};
  std::vector<std::string> known;
  for (const SchemeVariant& scheme : plan.schemes) known.push_back('"' + scheme.name + '"');
  for (const std::string& name : names) {
    if (std::ranges::find(plan.schemes, name, &SchemeVariant::name) != plan.schemes.end()) continue;
    return base::failure(fmt::format("--schemes: there is no scheme \"{}\" here; choose from {}",
                                     name, fmt::join(known, ", ")));
  }
  std::erase_if(plan.schemes, [&](const SchemeVariant& scheme) {
    return std::ranges::find(names, scheme.name) == names.end();
  });
  plan.is_of_some_schemes = plan.schemes.size() < known.size();
  return {};
}

}  // namespace

base::Result<ComparisonPlan> make_plan(const ImportedConfig& imported, const PlanOptions& options) {
  schemes::ClusterConfig config = imported.config;
  if (options.profile.has_value()) config.engine = *options.profile;
  if (const auto valid = check_options(config, options); !valid.has_value()) {
    return std::unexpected(valid.error());
  }
  const auto members = member_count(config, options);
  if (!members.has_value()) return std::unexpected(members.error());
  const std::string site = site_of(config, options);
  const auto network = site_named(site);
  if (!network.has_value()) {
    return base::failure(
        fmt::format("--site: there is no site \"{}\"; choose lan, routed, vpc or multi-az", site));
  }
  ComparisonPlan plan;
  plan.sources = options.sources;
  plan.placeholders = options.placeholders;
  plan.scenarios = options.scenarios;
  plan.members = *members;
  plan.network = *network;
  plan.site = site;
  plan.prices = options.prices;
  plan.prices_path = options.prices_path;
  for (std::uint64_t i = 0; i < options.seeds; ++i) plan.seeds.push_back(options.first_seed + i);
  auto variants = derive_variants(
      config, {.members = *members, .spares = 1, .is_in_cloud = is_cloud_site(site)});
  if (!variants.has_value()) return std::unexpected(variants.error());
  plan.schemes = std::move(variants->schemes);

  const auto times = longest_times(plan.schemes);
  if (!times.has_value()) return std::unexpected(times.error());
  if (const auto chosen = choose_schemes(plan, options.schemes); !chosen.has_value()) {
    return std::unexpected(chosen.error());
  }
  plan.window = window_of(*times);
  plan.fault_phase = times->merge_next;
  plan.join_bound = times->join;
  plan.assumptions.push_back(profile_sentence(imported, options, config));
  std::ranges::move(assumptions_of(plan, *times), std::back_inserter(plan.assumptions));
  std::ranges::move(variants->notes, std::back_inserter(plan.assumptions));
  if (!options.prices_path.empty()) plan.assumptions.push_back(price_sentence(options));
  std::ranges::copy(imported.warnings, std::back_inserter(plan.assumptions));
  return plan;
}

}  // namespace splitscope::scenarios
