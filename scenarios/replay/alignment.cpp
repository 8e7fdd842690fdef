#include "scenarios/replay/alignment.hpp"

#include <algorithm>
#include <map>

namespace splitscope::scenarios {
namespace {

using Facts = std::vector<SharedFact>;

// What a member tells of its views and what it tells of its lifecycle come in an order of their
// own; which of the two is told first says nothing.
using Channel = std::pair<base::NodeId, bool>;

std::map<Channel, Facts> by_channel(const Facts& facts) {
  std::map<Channel, Facts> result;
  for (const SharedFact& fact : facts) {
    result[{fact.node, fact.kind == SharedKind::View}].push_back(fact);
  }
  return result;
}

base::Instant moment_of(const Parting& parting) {
  return parting.recorded.has_value() ? parting.recorded->at : parting.here->at;
}

void align_member(base::NodeId node, const Facts& recorded, const Facts& here,
                  const AlignmentEnds& ends, Alignment& alignment) {
  std::size_t i = 0;
  base::Duration shift{};  // here behind the recording
  for (; i < recorded.size() && i < here.size() && recorded[i].is_same(here[i]); ++i) {
    alignment.aligned.push_back({recorded[i], here[i].at});
    shift = here[i].at - recorded[i].at;
  }
  Parting parting{.recorded = {}, .here = {}, .node = node};
  if (i < recorded.size()) parting.recorded = recorded[i];
  if (i < here.size()) parting.here = here[i];
  if (!parting.recorded.has_value() && !parting.here.has_value()) return;
  // What the other run was over for before it could come.
  if (!parting.here.has_value() && parting.recorded->at + shift >= ends.here) return;
  if (!parting.recorded.has_value() && parting.here->at - shift >= ends.recorded) return;
  alignment.partings.push_back(std::move(parting));
}

}  // namespace

Alignment align(const Facts& recorded, const Facts& here, const AlignmentEnds& ends) {
  Alignment alignment;
  auto recorded_of = by_channel(recorded);
  auto here_of = by_channel(here);
  for (const auto& [channel, facts] : here_of) recorded_of.try_emplace(channel);
  for (const auto& [channel, facts] : recorded_of) {
    align_member(channel.first, facts, here_of[channel], ends, alignment);
  }
  std::stable_sort(
      alignment.aligned.begin(), alignment.aligned.end(),
      [](const AlignedFact& a, const AlignedFact& b) { return a.recorded.at < b.recorded.at; });
  std::stable_sort(alignment.partings.begin(), alignment.partings.end(),
                   [](const Parting& a, const Parting& b) { return moment_of(a) < moment_of(b); });
  return alignment;
}

}  // namespace splitscope::scenarios
