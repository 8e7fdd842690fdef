// Partitions, heals and merges; see happenings.hpp.
#include <algorithm>
#include <map>

#include "scenarios/incident/happenings.hpp"

namespace splitscope::scenarios::incident {
namespace {

using base::Duration;

// Losses further apart belong to different separations.
constexpr Duration SeparationGap = std::chrono::seconds{60};
// Members of one side merge together, each with lines of its own.
constexpr Duration MergeGap = std::chrono::seconds{10};
constexpr std::size_t PartialCutsMax = 64;

struct Separation {
  std::vector<MemberIndexes> sides;
  Duration from{};
  Duration until{};  // its last loss
  std::vector<LinePlace> places;
};

std::vector<std::vector<Loss>> clusters_of(const Incident& incident,
                                           const std::vector<Loss>& losses) {
  std::vector<std::vector<Loss>> clusters;
  for (const Loss& loss : losses) {
    const bool goes_on = !clusters.empty() &&
                         loss.at - clusters.back().back().at <= SeparationGap &&
                         !has_merge_between(incident, clusters.back().back().at, loss.at);
    if (!goes_on) clusters.emplace_back();
    clusters.back().push_back(loss);
  }
  return clusters;
}

bool is_absent(const std::vector<Absence>& absences, MemberIndex member, Duration at) {
  return std::any_of(absences.begin(), absences.end(), [member, at](const Absence& absence) {
    return absence.member == member && absence.from <= at && at < absence.until;
  });
}

// Who held which view when the last loss was over: each view is a side. Lost members that no view
// has are a side together.
std::vector<MemberIndexes> sides_of(const Incident& incident, const std::vector<Loss>& losses,
                                    const std::vector<Absence>& absences) {
  const Duration at = losses.back().at;
  std::vector<MemberIndexes> sides;
  std::vector<bool> is_placed(incident.members.size(), false);
  const auto place = [&](const MemberIndexes& members) {
    MemberIndexes side;
    for (const MemberIndex member : sorted(members)) {
      if (is_placed[member] || is_absent(absences, member, at)) continue;
      is_placed[member] = true;
      side.push_back(member);
    }
    if (!side.empty()) sides.push_back(std::move(side));
  };
  MemberIndexes lost;
  for (const Loss& loss : losses) lost.push_back(loss.lost);
  for (const Loss& loss : losses) {
    const ViewSpan* span = span_at(incident, loss.observer, at);
    if (span != nullptr && !is_placed[loss.observer]) place(span->list);
  }
  for (const MemberIndex member : sorted(lost)) {
    if (is_placed[member]) continue;
    const ViewSpan* span = span_at(incident, member, at);
    if (span != nullptr) place(span->list);
  }
  place(lost);
  std::sort(sides.begin(), sides.end());
  return sides;
}

Duration moment_of(const Incident& incident, const std::vector<Loss>& losses,
                   std::vector<LinePlace>& places) {
  std::optional<Duration> silent_from;
  for (const Loss& loss : losses) {
    const LossReport report = report_of(incident, loss);
    if (report.is_silence && report.silent_from.has_value()) {
      silent_from = std::max(silent_from.value_or(*report.silent_from), *report.silent_from);
    }
    for (const LinePlace& place : report.places) {
      const bool is_new = std::find(places.begin(), places.end(), place) == places.end();
      if (is_new && places.size() < PlacesMax) places.push_back(place);
    }
  }
  return std::max(Duration::zero(),
                  std::min(silent_from.value_or(losses.front().at), losses.front().at));
}

std::size_t side_of(const std::vector<MemberIndexes>& sides, MemberIndex member) {
  for (std::size_t side = 0; side < sides.size(); ++side) {
    if (std::binary_search(sides[side].begin(), sides[side].end(), member)) return side;
  }
  return sides.size();
}

bool are_apart(const Separation& separation, std::optional<MemberIndex> a,
               std::optional<MemberIndex> b) {
  if (!a.has_value() || !b.has_value()) return false;
  const std::size_t side_a = side_of(separation.sides, *a);
  const std::size_t side_b = side_of(separation.sides, *b);
  const std::size_t none = separation.sides.size();
  return side_a != side_b && side_a != none && side_b != none;
}

// The first line that shows that two sides hear each other again.
std::optional<Happening> heal_of(const Incident& incident, const Separation& separation) {
  const auto heal_at = [&separation](Duration at, LinePlace place) {
    return Happening{.kind = HappeningKind::Heal,
                     .at = at,
                     .sides = separation.sides,
                     .places = {place},
                     .is_inferred = true};
  };
  for (const Sight& sight : incident.sights) {
    if (sight.at <= separation.until) continue;
    const LogEvent& event = event_of(incident, sight);
    const bool is_merge = event.kind == LogKind::MergeExpected ||
                          event.kind == LogKind::MergeDecided || event.kind == LogKind::Merging;
    if (is_merge && (are_apart(separation, sight.by, sight.subject) ||
                     are_apart(separation, sight.subject, sight.other))) {
      return heal_at(sight.at, sight.place);
    }
    if (event.kind != LogKind::View) continue;
    const ViewSpan* span = span_at(incident, sight.by, sight.at);
    if (span == nullptr) continue;
    for (const MemberIndex member : span->list) {
      if (are_apart(separation, sight.by, member)) return heal_at(sight.at, sight.place);
    }
  }
  return std::nullopt;
}

// Two members of which one stopped to hear the other, and nobody changed its view for it: only the
// master removes members.
void add_partial_cuts(const Incident& incident, const std::vector<Loss>& losses,
                      const std::vector<Absence>& absences, std::vector<Happening>& happenings) {
  const auto is_lost = [&losses](MemberIndex a, MemberIndex b, Duration at) {
    return std::any_of(losses.begin(), losses.end(), [a, b, at](const Loss& loss) {
      const bool is_pair =
          (loss.observer == a && loss.lost == b) || (loss.observer == b && loss.lost == a);
      return is_pair && std::chrono::abs(loss.at - at) <= SeparationGap;
    });
  };
  std::map<MemberIndexes, std::size_t> open;  // the happening of a pair
  for (const Sight& sight : incident.sights) {
    const LogEvent& event = event_of(incident, sight);
    if (!sight.subject.has_value() || sight.subject == sight.by) continue;
    const MemberIndexes pair = sorted({sight.by, *sight.subject});
    const auto known = open.find(pair);
    if (event.kind == LogKind::ConnectionOpened && known != open.end()) {
      const auto& sides = happenings[known->second].sides;
      happenings.push_back({.kind = HappeningKind::Heal,
                            .at = sight.at,
                            .sides = sides,
                            .places = {sight.place},
                            .is_inferred = true});
      open.erase(known);
    }
    if (event.kind != LogKind::HeartbeatLost || known != open.end()) continue;
    if (open.size() >= PartialCutsMax || is_absent(absences, *sight.subject, sight.at)) continue;
    if (is_lost(sight.by, *sight.subject, sight.at)) continue;
    const Duration silent = event.duration;
    open.emplace(pair, happenings.size());
    happenings.push_back({.kind = HappeningKind::Partition,
                          .at = std::max(Duration::zero(), sight.at - silent),
                          .sides = {{pair[0]}, {pair[1]}},
                          .places = {sight.place},
                          .is_inferred = true});
  }
}

void add_merges(const Incident& incident, std::vector<Happening>& happenings) {
  std::vector<Happening> merges;
  for (const Sight& sight : incident.sights) {
    if (event_of(incident, sight).kind != LogKind::Merging) continue;
    if (!sight.subject.has_value() || !sight.other.has_value()) continue;
    const auto known = std::find_if(merges.rbegin(), merges.rend(), [&](const Happening& merge) {
      return merge.sides[1].front() == *sight.other && sight.at - merge.at <= MergeGap;
    });
    if (known == merges.rend()) {
      if (merges.size() >= HappeningsMax) break;
      merges.push_back({.kind = HappeningKind::Merge,
                        .at = sight.at,
                        .sides = {{*sight.subject}, {*sight.other}},
                        .places = {sight.place}});
      continue;
    }
    known->sides[0].push_back(*sight.subject);
    known->sides[0] = sorted(known->sides[0]);
    if (known->places.size() < PlacesMax) known->places.push_back(sight.place);
  }
  happenings.insert(happenings.end(), merges.begin(), merges.end());
}

}  // namespace

std::vector<Happening> find_separations(const Incident& incident, const std::vector<Loss>& losses,
                                        const std::vector<Loss>& unexplained,
                                        const std::vector<Absence>& absences) {
  std::vector<Happening> happenings;
  for (const std::vector<Loss>& cluster : clusters_of(incident, unexplained)) {
    Separation separation;
    separation.sides = sides_of(incident, cluster, absences);
    if (separation.sides.size() < 2) continue;
    separation.from = moment_of(incident, cluster, separation.places);
    separation.until = cluster.back().at;
    happenings.push_back({.kind = HappeningKind::Partition,
                          .at = separation.from,
                          .sides = separation.sides,
                          .places = separation.places,
                          .is_inferred = true});
    auto heal = heal_of(incident, separation);
    if (heal.has_value()) happenings.push_back(std::move(*heal));
  }
  add_partial_cuts(incident, losses, absences, happenings);
  add_merges(incident, happenings);
  return happenings;
}

}  // namespace splitscope::scenarios::incident
