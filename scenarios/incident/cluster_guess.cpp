#include "scenarios/incident/cluster_guess.hpp"

#include <algorithm>

namespace splitscope::scenarios::incident {
namespace {

// Engines before 3.9 are nearest to 3.12 of those that the simulator has.
std::string profile_of(std::uint32_t major, bool is_wso2) {
  const bool is_three = major != 0 && major <= 3;
  return std::string(is_three ? "hz-3.12" : "hz-5.3") + (is_wso2 ? "+wso2" : "");
}

// Whom members tried between their start and their first view. An address that most of them tried
// is on their list; others are those of masters that they were sent to. Nobody tries itself.
MemberIndexes tried_at_start(const Incident& incident) {
  std::vector<std::optional<std::size_t>> start_of(incident.members.size());
  std::vector<std::pair<MemberIndex, MemberIndexes>> starts;  // who, and whom it tried
  for (const Sight& sight : incident.sights) {
    const LogKind kind = event_of(incident, sight).kind;
    if (kind == LogKind::Starting) {
      start_of[sight.by] = starts.size();
      starts.push_back({sight.by, {}});
    }
    if (kind == LogKind::View || kind == LogKind::Started) start_of[sight.by].reset();
    const bool is_try = kind == LogKind::Connecting || kind == LogKind::Blacklisted;
    if (is_try && start_of[sight.by].has_value() && sight.subject.has_value()) {
      starts[*start_of[sight.by]].second.push_back(*sight.subject);
    }
  }
  std::erase_if(starts, [](const auto& start) { return start.second.empty(); });
  MemberIndexes listed;
  for (MemberIndex member = 0; member < incident.members.size(); ++member) {
    std::size_t asked = 0;
    std::size_t tried = 0;
    for (const auto& [who, whom] : starts) {
      if (who == member) continue;
      ++asked;
      if (std::find(whom.begin(), whom.end(), member) != whom.end()) ++tried;
    }
    if (tried > 0 && 2 * tried > asked) listed.push_back(member);
  }
  return sorted(listed);
}

// Who joined others at its start found one of its list among them: where none is known, the master.
void add_found_at_start(const Incident& incident, MemberIndexes& listed) {
  std::vector<bool> is_joining(incident.members.size(), false);
  for (const Sight& sight : incident.sights) {
    const LogEvent& event = event_of(incident, sight);
    if (event.kind == LogKind::Starting) is_joining[sight.by] = true;
    if (event.kind != LogKind::View || !is_joining[sight.by]) continue;
    is_joining[sight.by] = false;
    const ViewSpan* view = span_at(incident, sight.by, sight.at);
    if (view == nullptr || view->list.size() < 2) continue;
    const bool is_explained =
        std::any_of(view->list.begin(), view->list.end(), [&](MemberIndex member) {
          return member != sight.by && std::count(listed.begin(), listed.end(), member) > 0;
        });
    if (!is_explained && view->list.front() != sight.by) listed.push_back(view->list.front());
  }
  listed = sorted(listed);
}

// Merge checks run at fixed times from each member's own start; the master whose check finds a
// better cluster merges at once, and tells its members to.
void guess_merge_delay(const Incident& incident, ClusterGuess& guess) {
  std::vector<std::optional<base::Duration>> started(incident.members.size());
  for (const Sight& sight : incident.sights) {
    const LogEvent& event = event_of(incident, sight);
    if (event.kind == LogKind::Starting) started[sight.by] = sight.at;
    const bool is_own_check = event.kind == LogKind::Merging && sight.subject == sight.by &&
                              event.cause != Cause::ToldByMaster;
    if (!is_own_check || !started[sight.by].has_value()) continue;
    const base::Duration after = sight.at - *started[sight.by];
    if (guess.merge_first.has_value() && after >= *guess.merge_first) continue;
    guess.merge_first = after;
    guess.merge_place = sight.place;
  }
}

bool is_open_partition(const Incident& incident, base::Duration at) {
  std::size_t open = 0;
  for (const Happening& happening : incident.happenings) {
    if (happening.at > at) break;
    if (happening.kind == HappeningKind::Partition) ++open;
    if (happening.kind == HappeningKind::Heal && open > 0) --open;
  }
  return open > 0;
}

bool have_never_met(const Incident& incident) {
  MemberIndexes met;  // of one view at some time
  for (const Phase& phase : incident.phases) {
    const bool is_parted = phase.is_settled && phase.groups.size() > 1;
    if (is_parted && !is_open_partition(incident, phase.from)) {
      std::size_t strangers = 0;
      for (const ViewGroup& group : phase.groups) {
        const bool is_known =
            std::any_of(group.list.begin(), group.list.end(), [&met](MemberIndex member) {
              return std::find(met.begin(), met.end(), member) != met.end();
            });
        strangers += is_known ? 0 : 1;
      }
      if (strangers > 0) return true;
    }
    if (phase.groups.size() > 1) continue;
    for (const ViewGroup& group : phase.groups) {
      if (group.list.size() > 1) met.insert(met.end(), group.list.begin(), group.list.end());
    }
  }
  return false;
}

}  // namespace

ClusterGuess guess_cluster(const Incident& incident) {
  ClusterGuess guess;
  bool is_wso2 = false;
  std::optional<base::Duration> silence;
  LinePlace silence_place;
  for (const MemberLog& log : incident.logs) {
    is_wso2 = is_wso2 || log.is_carbon;
    if (log.major == 0) continue;
    guess.major = log.major;
    guess.minor = log.minor;
  }
  guess.profile = profile_of(guess.major, is_wso2);
  guess.well_known = tried_at_start(incident);
  add_found_at_start(incident, guess.well_known);
  for (const Sight& sight : incident.sights) {
    const LogEvent& event = event_of(incident, sight);
    guess.is_multicast = guess.is_multicast || event.kind == LogKind::FindsByMulticast;
    const bool tells = event.kind == LogKind::HeartbeatLost && event.duration.count() > 0;
    if (tells && !guess.heartbeat_timeout.has_value()) {
      guess.heartbeat_timeout = event.duration;
      guess.heartbeat_place = sight.place;
    }
    // 3.5 says how long it was silent instead: the shortest is nearest to the time-out.
    const bool is_silence = event.kind == LogKind::Removed && event.duration.count() > 0;
    if (is_silence && (!silence.has_value() || event.duration < *silence)) {
      silence = event.duration;
      silence_place = sight.place;
    }
  }
  if (!guess.heartbeat_timeout.has_value() && silence.has_value()) {
    guess.heartbeat_timeout = silence;
    guess.heartbeat_place = silence_place;
  }
  guess_merge_delay(incident, guess);
  guess.is_multicast_blocked = guess.is_multicast && have_never_met(incident);
  return guess;
}

}  // namespace splitscope::scenarios::incident
