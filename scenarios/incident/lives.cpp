#include "scenarios/incident/lives.hpp"

#include <algorithm>

namespace splitscope::scenarios::incident {
namespace {

using base::Duration;

// How long before a loss its causes are told.
constexpr Duration ReportBefore = std::chrono::seconds{30};
constexpr Duration ReportAfter = std::chrono::milliseconds{500};

Duration aligned(const Incident& incident, std::size_t log, base::WallTime time) {
  return time - incident.clocks[log].ahead - incident.began;
}

Duration last_line_of(const Incident& incident, MemberIndex member) {
  Duration last{};
  for (const std::size_t log : incident.members[member].logs) {
    const auto& time = incident.logs[log].last_time;
    if (time.has_value()) last = std::max(last, aligned(incident, log, *time));
  }
  return last;
}

void live_on(std::vector<Life>& lives, const Sight& sight, LogKind kind) {
  const bool is_start = kind == LogKind::Starting;
  const bool is_stop = kind == LogKind::ShuttingDown || kind == LogKind::ShutDown;
  // After a stop there come last words; these begin a life even where its start is not logged.
  const bool is_alive = kind == LogKind::Started || kind == LogKind::LocalMember;
  if (lives.empty() || is_start || (lives.back().end == Life::End::Stopped && is_alive)) {
    if (!lives.empty() && lives.back().end != Life::End::Stopped) {
      lives.back().end = Life::End::StartedAgain;
      lives.back().until = sight.at;
    }
    lives.push_back({.from = sight.at, .has_start = is_start, .begin = sight.place});
  }
  Life& life = lives.back();
  life.last_heard = sight.at;
  if (is_stop && life.end != Life::End::Stopped) {
    life.end = Life::End::Stopped;
    life.until = sight.at;
    life.stop = sight.place;
  }
}

// Since when the views up to that one have named the member, looking back over few views.
Duration held_from(const Incident& incident, std::size_t span, MemberIndex member) {
  constexpr std::size_t ViewsBack = 16;
  const std::size_t first = span < ViewsBack ? 0 : span - ViewsBack;
  while (span > first) {
    const ViewSpan& earlier = incident.spans[span - 1];
    const bool follows =
        earlier.member == incident.spans[span].member && earlier.until == incident.spans[span].from;
    if (!follows || std::count(earlier.list.begin(), earlier.list.end(), member) == 0) break;
    --span;
  }
  return incident.spans[span].from;
}

void add_losses(const Incident& incident, std::size_t span, std::vector<Loss>& losses) {
  const ViewSpan& before = incident.spans[span - 1];
  const ViewSpan& after = incident.spans[span];
  const MemberIndexes kept = sorted(after.list);
  for (const MemberIndex member : before.list) {
    if (member == after.member || std::binary_search(kept.begin(), kept.end(), member)) continue;
    losses.push_back(
        {after.member, member, after.from, after.place, held_from(incident, span - 1, member)});
  }
}

// The logs of some products have no lists, only who left.
void add_carbon_losses(const Incident& incident, std::vector<Loss>& losses) {
  std::vector<bool> has_views(incident.members.size(), false);
  for (const ViewSpan& span : incident.spans) has_views[span.member] = true;
  for (const Sight& sight : incident.sights) {
    if (has_views[sight.by] || !sight.subject.has_value()) continue;
    if (event_of(incident, sight).kind != LogKind::PeerLeft) continue;
    losses.push_back({sight.by, *sight.subject, sight.at, sight.place, Duration::zero()});
  }
}

bool says_silence(const LogEvent& event) {
  return event.kind == LogKind::HeartbeatLost || event.cause == Cause::Heartbeat;
}

bool says_closed(const LogEvent& event) {
  if (event.kind == LogKind::ConnectionClosed) return event.cause != Cause::Heartbeat;
  return event.kind == LogKind::Suspected && event.cause != Cause::Heartbeat;
}

void take_report(const Incident& incident, const Sight& sight, LossReport& report) {
  const LogEvent& event = event_of(incident, sight);
  const bool is_first = report.places.empty();
  if (says_silence(event)) {
    if (is_first) report.is_silence = true;
    std::optional<Duration> heard;
    if (event.since.has_value()) heard = aligned(incident, sight.place.log, *event.since);
    if (event.kind == LogKind::Removed && event.duration > Duration::zero()) {
      heard = sight.at - event.duration;
    }
    if (heard.has_value()) {
      report.silent_from = std::max(report.silent_from.value_or(*heard), *heard);
    }
  } else if (says_closed(event)) {
    if (!report.closed_at.has_value()) report.closed_at = sight.at;
  } else {
    return;
  }
  if (report.places.size() < PlacesMax) report.places.push_back(sight.place);
}

}  // namespace

Lives find_lives(const Incident& incident) {
  Lives lives(incident.members.size());
  for (const Sight& sight : incident.sights) {
    const LogKind kind = event_of(incident, sight).kind;
    // Written before the start, by a process that is no member yet.
    if (kind == LogKind::FindsByList || kind == LogKind::FindsByMulticast) continue;
    live_on(lives[sight.by], sight, kind);
  }
  for (MemberIndex member = 0; member < lives.size(); ++member) {
    if (lives[member].empty()) continue;
    Life& last = lives[member].back();
    if (last.end != Life::End::LogEnds) continue;
    last.until = incident.length;
    last.last_heard = std::max(last.last_heard, last_line_of(incident, member));
  }
  return lives;
}

const Life* life_at(const Lives& lives, MemberIndex member, Duration at) {
  const Life* found = nullptr;
  for (const Life& life : lives[member]) {
    if (life.from <= at) found = &life;
  }
  return found;
}

std::vector<std::vector<Duration>> merge_moments(const Incident& incident) {
  std::vector<std::vector<Duration>> moments(incident.members.size());
  for (const Sight& sight : incident.sights) {
    const LogKind kind = event_of(incident, sight).kind;
    const bool is_own = kind == LogKind::InMerge || kind == LogKind::UuidReset ||
                        (kind == LogKind::Merging && sight.subject == sight.by);
    if (is_own) moments[sight.by].push_back(sight.at);
  }
  return moments;
}

bool has_within(const std::vector<Duration>& moments, Duration from, Duration until) {
  const auto first = std::lower_bound(moments.begin(), moments.end(), from);
  return first != moments.end() && *first <= until;
}

bool has_merge_between(const Incident& incident, Duration from, Duration until) {
  return std::any_of(incident.sights.begin(), incident.sights.end(), [&](const Sight& sight) {
    return sight.at > from && sight.at < until &&
           event_of(incident, sight).kind == LogKind::Merging;
  });
}

std::vector<Loss> find_losses(const Incident& incident) {
  std::vector<Loss> losses;
  const auto merges = merge_moments(incident);
  for (std::size_t i = 1; i < incident.spans.size(); ++i) {
    const ViewSpan& before = incident.spans[i - 1];
    const ViewSpan& after = incident.spans[i];
    const bool follows = before.member == after.member && before.until == after.from;
    if (!follows || !after.is_whole) continue;
    if (has_within(merges[after.member], before.from, after.from)) continue;
    add_losses(incident, i, losses);
  }
  add_carbon_losses(incident, losses);
  std::stable_sort(losses.begin(), losses.end(),
                   [](const Loss& a, const Loss& b) { return a.at < b.at; });
  return losses;
}

LossReport report_of(const Incident& incident, const Loss& loss) {
  LossReport report;
  auto sight = std::lower_bound(incident.sights.begin(), incident.sights.end(),
                                std::max(loss.at - ReportBefore, loss.held_from),
                                [](const Sight& each, Duration at) { return each.at < at; });
  for (; sight != incident.sights.end() && sight->at <= loss.at + ReportAfter; ++sight) {
    if (sight->subject != loss.lost || sight->by == loss.lost) continue;
    take_report(incident, *sight, report);
  }
  return report;
}

}  // namespace splitscope::scenarios::incident
