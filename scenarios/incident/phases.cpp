#include "scenarios/incident/phases.hpp"

#include <algorithm>

namespace splitscope::scenarios::incident {
namespace {

using base::Duration;

// Answers who holds what at moments that only go forward, in time that does not grow with the
// length of the story.
class Sweep {
 public:
  Sweep(const Incident& incident, const std::vector<Absence>& absences)
      : spans_(incident.members.size()), absences_(incident.members.size()) {
    for (const ViewSpan& span : incident.spans) spans_[span.member].all.push_back(&span);
    for (const Absence& absence : absences) absences_[absence.member].all.push_back(&absence);
    for (auto& own : absences_) {
      std::stable_sort(own.all.begin(), own.all.end(),
                       [](const Absence* a, const Absence* b) { return a->from < b->from; });
    }
  }
  bool is_absent(MemberIndex member, Duration at) { return absences_[member].at(at) != nullptr; }
  const ViewSpan* view(MemberIndex member, Duration at) { return spans_[member].at(at); }

 private:
  template <typename T>
  struct Track {
    std::vector<const T*> all;  // in order of time, none within another
    std::size_t next = 0;
    const T* at(Duration moment) {
      while (next < all.size() && all[next]->until <= moment) ++next;
      return next < all.size() && all[next]->from <= moment ? all[next] : nullptr;
    }
  };
  std::vector<Track<ViewSpan>> spans_;
  std::vector<Track<Absence>> absences_;
};

std::vector<Duration> moments(const Incident& incident, const std::vector<Absence>& absences) {
  std::vector<Duration> all{incident.length};
  for (const ViewSpan& span : incident.spans) {
    all.push_back(span.from);
    all.push_back(span.until);
  }
  for (const Absence& absence : absences) {
    all.push_back(absence.from);
    all.push_back(std::min(absence.until, incident.length));
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

// All of a list that may still be there hold it, and nobody else does.
bool is_settled(const Incident& incident, const Phase& phase, Sweep& sweep) {
  for (const ViewGroup& group : phase.groups) {
    const MemberIndexes list = sorted(group.list);
    for (const MemberIndex member : list) {
      if (sweep.is_absent(member, phase.from)) return false;
      const bool is_holder = std::count(group.holders.begin(), group.holders.end(), member) > 0;
      if (incident.members[member].has_log() && !is_holder) return false;
    }
    for (const MemberIndex holder : group.holders) {
      if (!std::binary_search(list.begin(), list.end(), holder)) return false;
    }
  }
  return true;
}

Phase phase_at(const Incident& incident, Sweep& sweep, Duration at) {
  Phase phase{.from = at};
  bool is_whole = true;
  for (MemberIndex member = 0; member < incident.members.size(); ++member) {
    const ViewSpan* span = sweep.view(member, at);
    if (span == nullptr || sweep.is_absent(member, at)) continue;
    const MemberIndexes list = sorted(span->list);
    auto group = std::find_if(phase.groups.begin(), phase.groups.end(),
                              [&list](const ViewGroup& each) { return sorted(each.list) == list; });
    if (group == phase.groups.end()) {
      phase.groups.push_back({.holders = {}, .list = span->list});
      group = std::prev(phase.groups.end());
    }
    group->holders.push_back(member);
    if (phase.places.size() < PlacesMax) phase.places.push_back(span->place);
    is_whole = is_whole && span->is_whole;
  }
  phase.is_settled = is_whole && !phase.groups.empty() && is_settled(incident, phase, sweep);
  return phase;
}

bool is_same(const Phase& a, const Phase& b) {
  if (a.groups.size() != b.groups.size() || a.is_settled != b.is_settled) return false;
  for (std::size_t i = 0; i < a.groups.size(); ++i) {
    if (a.groups[i].holders != b.groups[i].holders) return false;
    if (sorted(a.groups[i].list) != sorted(b.groups[i].list)) return false;
  }
  return true;
}

}  // namespace

std::vector<Phase> find_phases(const Incident& incident, const std::vector<Absence>& absences) {
  std::vector<Phase> phases;
  Sweep sweep(incident, absences);
  const std::vector<Duration> at = moments(incident, absences);
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    Phase phase = phase_at(incident, sweep, at[i]);
    phase.until = at[i + 1];
    if (!phases.empty() && is_same(phases.back(), phase)) {
      phases.back().until = phase.until;
    } else if (!phase.groups.empty()) {
      phases.push_back(std::move(phase));
    }
  }
  // What passed in between is left out; equal ones around it stay apart.
  std::vector<Phase> lasting;
  for (std::size_t i = 0; i < phases.size(); ++i) {
    const bool is_last = i + 1 == phases.size();
    if (!is_last && phases[i].until - phases[i].from < PhaseLengthMin) continue;
    lasting.push_back(std::move(phases[i]));
  }
  return lasting;
}

}  // namespace splitscope::scenarios::incident
