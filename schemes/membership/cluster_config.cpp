#include "schemes/membership/cluster_config.hpp"

#include <array>
#include <utility>

namespace splitscope::schemes {
namespace {

constexpr std::array<std::pair<Engine, std::string_view>, 3> Engines{
    {{Engine::Hz35, "hz-3.5"}, {Engine::Hz312, "hz-3.12"}, {Engine::Hz53, "hz-5.3"}}};

constexpr std::array<std::pair<MergePolicy, std::string_view>, 5> MergePolicies{
    {{MergePolicy::PutIfAbsent, "put_if_absent"},
     {MergePolicy::LatestUpdate, "latest_update"},
     {MergePolicy::HigherHits, "higher_hits"},
     {MergePolicy::PassThrough, "pass_through"},
     {MergePolicy::Discard, "discard"}}};

}  // namespace

std::string_view to_text(SchemeKind kind) {
  switch (kind) {
    case SchemeKind::Wka:
      return "wka";
    case SchemeKind::Multicast:
      return "multicast";
    case SchemeKind::Aws:
      return "aws";
    case SchemeKind::Ecs:
      return "aws-ecs";
    case SchemeKind::Kubernetes:
      return "kubernetes";
    case SchemeKind::None:
      return "none";
  }
  return "unknown";
}

std::string_view to_text(Engine engine) {
  for (const auto& [value, name] : Engines) {
    if (value == engine) return name;
  }
  return "unknown";
}

std::optional<Engine> engine_named(std::string_view name) {
  for (const auto& [value, text] : Engines) {
    if (text == name) return value;
  }
  return std::nullopt;
}

std::string_view to_text(MergePolicy policy) {
  for (const auto& [value, name] : MergePolicies) {
    if (value == policy) return name;
  }
  return "unknown";
}

std::optional<MergePolicy> merge_policy_named(std::string_view name) {
  for (const auto& [value, text] : MergePolicies) {
    if (text == name) return value;
  }
  return std::nullopt;
}

}  // namespace splitscope::schemes
