#include "scenarios/incident/happenings.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace splitscope::scenarios::incident {
namespace {

using base::Duration;

// A member that still writes so long after it was dropped is alive.
constexpr Duration AliveAfter = std::chrono::seconds{1};
// A clock jump of less says nothing of a pause.
constexpr Duration PauseMin = std::chrono::seconds{2};
// Others drop a paused member until its time-out, and it drops them, this long after it goes on.
constexpr Duration PauseEchoes = std::chrono::seconds{30};
constexpr Duration BeforeRestart = std::chrono::milliseconds{500};
constexpr Duration StopEchoes = std::chrono::seconds{60};
// Members drop a dead one within this of each other.
constexpr Duration HeldOnAfter = std::chrono::seconds{15};
// Two sides that lose each other do so within this.
constexpr Duration MutualWithin = std::chrono::seconds{60};

Happening act(HappeningKind kind, MemberIndex member, Duration at, LinePlace place,
              bool is_inferred = false) {
  return {
      .kind = kind, .at = at, .sides = {{member}}, .places = {place}, .is_inferred = is_inferred};
}

// It started again before anybody missed it: it was gone at the latest just before.
bool is_unnoticed(const Life& life, MemberIndex member, const std::vector<Loss>& losses) {
  return life.end == Life::End::StartedAgain &&
         std::none_of(losses.begin(), losses.end(), [&life, member](const Loss& loss) {
           return loss.lost == member && loss.at >= life.from && loss.at <= life.until;
         });
}

void add_lives(const Lives& lives, const std::vector<Loss>& losses, std::vector<Happening>& acts) {
  for (MemberIndex member = 0; member < lives.size(); ++member) {
    for (std::size_t i = 0; i < lives[member].size(); ++i) {
      const Life& life = lives[member][i];
      const bool was_running = i == 0 && !life.has_start;
      acts.push_back(act(was_running ? HappeningKind::AlreadyRunning : HappeningKind::Start, member,
                         was_running ? Duration::zero() : life.from, life.begin, !life.has_start));
      if (life.end == Life::End::Stopped) {
        acts.push_back(act(HappeningKind::Stop, member, life.until, life.stop));
      }
      if (is_unnoticed(life, member, losses)) {
        acts.push_back(act(HappeningKind::Kill, member,
                           std::max(life.last_heard, life.until - BeforeRestart),
                           lives[member][i + 1].begin, true));
      }
    }
  }
}

// Members without a log of their own: from the first list that names them.
void add_unheard_starts(const Incident& incident, std::vector<Happening>& acts) {
  std::map<MemberIndex, std::pair<const ViewSpan*, bool>>
      first;  // span, whether its holder's first
  for (std::size_t i = 0; i < incident.spans.size(); ++i) {
    const ViewSpan& span = incident.spans[i];
    const bool is_first = i == 0 || incident.spans[i - 1].member != span.member;
    for (const MemberIndex member : span.list) {
      if (incident.members[member].has_log()) continue;
      const auto [known, is_new] = first.try_emplace(member, &span, is_first);
      if (!is_new && span.from < known->second.first->from) known->second = {&span, is_first};
    }
  }
  for (const auto& [member, seen] : first) {
    const auto& [span, is_holders_first] = seen;
    const auto kind = is_holders_first ? HappeningKind::AlreadyRunning : HappeningKind::Start;
    acts.push_back(
        act(kind, member, is_holders_first ? Duration::zero() : span->from, span->place, true));
  }
}

// A jump of the clock in whose time the member wrote nothing: it did not run. When it goes on,
// lines about what it missed may come before that of the jump.
void add_pauses(const Incident& incident, std::vector<Happening>& acts) {
  const Duration margin = std::chrono::seconds{1};
  std::vector<std::vector<Duration>> lines(incident.members.size());
  const auto merges = merge_moments(incident);
  for (const Sight& sight : incident.sights) {
    const LogEvent& event = event_of(incident, sight);
    const Duration from = sight.at - event.duration;
    std::vector<Duration>& own = lines[sight.by];
    if (event.kind == LogKind::ClockJump && event.duration >= PauseMin) {
      const auto within = std::upper_bound(own.begin(), own.end(), from + margin);
      const bool was_silent = within == own.end() || *within >= sight.at - margin;
      // A merge resets the heartbeats too.
      const bool is_merging = has_within(merges[sight.by], from - 2 * margin, sight.at);
      if (was_silent && !is_merging && from > Duration::zero()) {
        acts.push_back(act(HappeningKind::Pause, sight.by, from, sight.place, true));
        acts.push_back(act(HappeningKind::Resume, sight.by, sight.at, sight.place, true));
      }
    }
    own.push_back(sight.at);
  }
}

bool is_explained(const std::vector<Happening>& acts, const Loss& loss) {
  Duration paused_from{-1};
  for (const Happening& each : acts) {
    const MemberIndex member = each.sides.front().front();
    const bool is_lost = member == loss.lost;
    if (!is_lost && member != loss.observer) continue;
    const bool is_end = each.kind == HappeningKind::Stop || each.kind == HappeningKind::Kill;
    if (is_end && is_lost && each.at <= loss.at && loss.at <= each.at + StopEchoes) {
      return true;
    }
    if (each.kind == HappeningKind::Pause) paused_from = each.at;
    if (each.kind == HappeningKind::Resume && paused_from <= loss.at &&
        loss.at <= each.at + PauseEchoes) {
      return true;
    }
  }
  return false;
}

// It comes back as another cluster's member: it lived on.
bool merges_later(const Incident& incident, const Loss& loss) {
  for (const Sight& sight : incident.sights) {
    if (sight.at < loss.at) continue;
    const LogKind kind = event_of(incident, sight).kind;
    const bool is_merge =
        kind == LogKind::MergeExpected || kind == LogKind::MergeDecided || kind == LogKind::Merging;
    if (is_merge && (sight.subject == loss.lost || sight.other == loss.lost)) return true;
  }
  return false;
}

// Somebody else holds it in a view long after it was lost.
bool is_held_on(const Incident& incident, const Loss& loss) {
  return std::any_of(incident.spans.begin(), incident.spans.end(), [&loss](const ViewSpan& span) {
    return span.member != loss.observer && span.member != loss.lost &&
           span.from >= loss.at - MutualWithin && span.from <= loss.at + MutualWithin &&
           span.until > loss.at + HeldOnAfter &&
           std::find(span.list.begin(), span.list.end(), loss.lost) != span.list.end();
  });
}

// It dropped its observer as well, at about the same time: both lived, apart.
bool is_mutual(const Incident& incident, const std::vector<Loss>& losses, const Loss& loss) {
  return std::any_of(losses.begin(), losses.end(), [&incident, &loss](const Loss& other) {
    return other.observer == loss.lost && other.lost == loss.observer &&
           std::chrono::abs(other.at - loss.at) <= MutualWithin &&
           !has_merge_between(incident, std::min(loss.at, other.at), std::max(loss.at, other.at));
  });
}

bool lived_on(const Incident& incident, const Lives& lives, const std::vector<Loss>& losses,
              const Loss& loss) {
  if (is_mutual(incident, losses, loss)) return true;
  if (!incident.members[loss.lost].has_log()) {
    return is_held_on(incident, loss) || merges_later(incident, loss);
  }
  const Life* life = life_at(lives, loss.lost, loss.at);
  return life != nullptr && life->last_heard > loss.at + AliveAfter;
}

Happening death_of(const Incident& incident, const Lives& lives, const Loss& loss) {
  const LossReport report = report_of(incident, loss);
  Happening death = act(report.is_silence ? HappeningKind::PowerOff : HappeningKind::Kill,
                        loss.lost, loss.at, loss.place, true);
  if (report.is_silence) {
    death.at = std::min(report.silent_from.value_or(loss.at), loss.at);
  } else if (report.closed_at.has_value()) {
    death.at = std::min(*report.closed_at, loss.at);
  }
  if (const Life* life = life_at(lives, loss.lost, loss.at); life != nullptr) {
    death.at = std::min(std::max(death.at, life->last_heard), loss.at);
  }
  death.places.insert(death.places.end(), report.places.begin(), report.places.end());
  if (death.places.size() > PlacesMax) death.places.resize(PlacesMax);
  return death;
}

void sort_by_time(std::vector<Happening>& happenings) {
  std::stable_sort(happenings.begin(), happenings.end(),
                   [](const Happening& a, const Happening& b) { return a.at < b.at; });
}

}  // namespace

std::vector<Happening> find_acts(const Incident& incident, const Lives& lives,
                                 const std::vector<Loss>& losses, std::vector<Loss>& unexplained) {
  std::vector<Happening> acts;
  add_lives(lives, losses, acts);
  add_unheard_starts(incident, acts);
  add_pauses(incident, acts);
  sort_by_time(acts);
  if (acts.size() > HappeningsMax) acts.resize(HappeningsMax);
  // Once for each life: the first to miss it tells when.
  std::set<std::pair<MemberIndex, Duration>> dead;
  std::vector<Happening> deaths;
  for (const Loss& loss : losses) {
    if (is_explained(acts, loss)) continue;
    if (lived_on(incident, lives, losses, loss)) {
      unexplained.push_back(loss);
      continue;
    }
    const Life* life = life_at(lives, loss.lost, loss.at);
    if (!dead.emplace(loss.lost, life == nullptr ? Duration{-1} : life->from).second) continue;
    if (deaths.size() < HappeningsMax) deaths.push_back(death_of(incident, lives, loss));
  }
  acts.insert(acts.end(), deaths.begin(), deaths.end());
  sort_by_time(acts);
  return acts;
}

std::vector<Absence> absences_of(const Incident& incident, const std::vector<Happening>& acts) {
  std::vector<Absence> absences;
  std::map<MemberIndex, Duration> gone;
  for (const Happening& each : acts) {
    const MemberIndex member = each.sides.front().front();
    switch (each.kind) {
      case HappeningKind::Kill:
      case HappeningKind::Stop:
      case HappeningKind::PowerOff:
      case HappeningKind::Pause:
        gone.try_emplace(member, each.at);
        break;
      case HappeningKind::Start:
      case HappeningKind::Resume:
        if (const auto since = gone.find(member); since != gone.end()) {
          absences.push_back({member, since->second, each.at});
          gone.erase(since);
        }
        break;
      default:
        break;
    }
  }
  for (const auto& [member, from] : gone) {
    absences.push_back({member, from, incident.length + std::chrono::seconds{1}});
  }
  return absences;
}

void find_happenings(Incident& incident) {
  const Lives lives = find_lives(incident);
  std::vector<Loss> losses = find_losses(incident);
  if (losses.size() > LossesMax) losses.resize(LossesMax);
  std::vector<Loss> unexplained;
  incident.happenings = find_acts(incident, lives, losses, unexplained);
  const std::vector<Absence> absences = absences_of(incident, incident.happenings);
  const auto separations = find_separations(incident, losses, unexplained, absences);
  incident.happenings.insert(incident.happenings.end(), separations.begin(), separations.end());
  sort_by_time(incident.happenings);
  incident.phases = find_phases(incident, absences);
}

}  // namespace splitscope::scenarios::incident
