#include "scenarios/incident/incident_text.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "engine/base/duration_text.hpp"

namespace splitscope::scenarios::incident {
namespace {

using base::Duration;

// Time zones differ by whole quarters of an hour; clocks hardly by more than five minutes.
constexpr Duration ZoneUnit = std::chrono::minutes{15};
constexpr Duration SkewMax = std::chrono::minutes{5};
// A clock that moved by more during the log is worth a word.
constexpr Duration DriftWorthTelling = std::chrono::seconds{1};

std::int64_t milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

// Exact to the millisecond, positive.
std::string short_text(Duration duration) {
  return base::to_text(Duration{std::chrono::milliseconds{milliseconds(duration)}});
}

std::string member_line(const Incident& incident, MemberIndex index) {
  const IncidentMember& member = incident.members[index];
  std::string line = fmt::format("  {:<5} {:<21}", member.name, to_text(member.address));
  if (!member.has_log()) return line + " no log: only others speak of it\n";
  for (const std::size_t i : member.logs) {
    const MemberLog& log = incident.logs[i];
    const MemberClock& clock = incident.clocks[i];
    line += fmt::format(" {}", log.file);
    if (log.major != 0) line += fmt::format(", Hazelcast {}.{}", log.major, log.minor);
    if (!clock.is_aligned) {
      line += ", shares no event with the others: its times are as written";
    } else if (clock.aligned_by == i) {
      line += ", its clock is the story's";
    } else {
      line += fmt::format(", clock {} ± {} ({} events shared with {})", offset_text(clock.ahead),
                          short_text(clock.uncertainty), clock.shared_count,
                          incident.logs[clock.aligned_by].file);
    }
  }
  return line + "\n";
}

bool is_noise(LogKind kind) {
  return kind == LogKind::Connecting || kind == LogKind::ConnectionOpened ||
         kind == LogKind::ConnectionFailed || kind == LogKind::Blacklisted ||
         kind == LogKind::FindsByList || kind == LogKind::FindsByMulticast ||
         kind == LogKind::LocalMember || kind == LogKind::HeartbeatExpired;
}

std::string who(const Incident& incident, const std::optional<MemberIndex>& member) {
  return member.has_value() ? incident.members[*member].name : "somebody";
}

std::string with_cause(std::string text, Cause cause) {
  const std::string_view words = to_text(cause);
  return words.empty() ? text : fmt::format("{}: {}", text, words);
}

std::string view_sight(const Incident& incident, const Sight& sight) {
  const LogEvent& event = event_of(incident, sight);
  std::string list;
  for (const ListedMember& member : event.members) {
    const auto known = std::find_if(
        incident.members.begin(), incident.members.end(),
        [&member](const IncidentMember& each) { return each.address == member.address; });
    if (known != incident.members.end()) list += " " + known->name;
  }
  std::string text = "holds" + list;
  if (event.version.has_value()) text += fmt::format(" (version {})", *event.version);
  if (!event.is_whole) text += " (the list in the log is not whole)";
  return text;
}

std::string story_heading(const Incident& incident) {
  return fmt::format("{} members in {} log{}, {} from {}{}\n", incident.members.size(),
                     incident.logs.size(), incident.logs.size() == 1 ? "" : "s",
                     short_text(incident.length), wall_text(incident.began, incident.has_dates),
                     incident.logs.size() == 1 ? "" : ", on one clock");
}

}  // namespace

std::string clock_text(Duration at, Duration length) {
  const bool is_negative = at < Duration::zero();
  const std::int64_t ms = milliseconds(is_negative ? -at : at);
  const char* sign = is_negative ? "-" : "";
  const std::int64_t s = ms / 1000;
  if (length >= std::chrono::hours{1}) {
    return fmt::format("{}{}:{:02}:{:02}.{:03}", sign, s / 3600, s / 60 % 60, s % 60, ms % 1000);
  }
  if (length >= std::chrono::minutes{1}) {
    return fmt::format("{}{}:{:02}.{:03}", sign, s / 60, s % 60, ms % 1000);
  }
  return fmt::format("{}{}.{:03}s", sign, s, ms % 1000);
}

std::string wall_text(base::WallTime time, bool has_date) {
  const std::chrono::sys_time<Duration> wall{time.time_since_epoch()};
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  const std::int64_t ms = milliseconds(wall - day);
  const std::string clock = fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60,
                                        ms / 1000 % 60, ms % 1000);
  if (!has_date) return clock;
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02} {}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock);
}

std::string offset_text(Duration ahead) {
  const bool is_behind = ahead < Duration::zero();
  const Duration size = is_behind ? -ahead : ahead;
  const char* direction = is_behind ? "behind" : "ahead";
  const Duration zone = (size + ZoneUnit / 2) / ZoneUnit * ZoneUnit;
  const Duration rest = size - zone;
  const bool is_zone = zone > Duration::zero() && rest < SkewMax && -rest < SkewMax;
  if (!is_zone) return fmt::format("{} {}", short_text(size), direction);
  std::string text = fmt::format("{} {} (a time zone)", short_text(zone), direction);
  if (milliseconds(rest) == 0) return text;
  const bool is_rest_behind = is_behind != (rest < Duration::zero());
  return fmt::format("{} and {} {}", text, short_text(rest < Duration::zero() ? -rest : rest),
                     is_rest_behind ? "behind" : "ahead");
}

std::string happening_text(const Incident& incident, const Happening& happening) {
  std::string sides;
  for (const MemberIndexes& side : happening.sides) {
    sides += (sides.empty() ? "" : " | ") + names_of(incident, side);
  }
  switch (happening.kind) {
    case HappeningKind::AlreadyRunning:
      return sides + " ran already when the logs begin";
    case HappeningKind::Start:
      return sides + " started";
    case HappeningKind::Kill:
      return sides + " was gone at once, its connections closed";
    case HappeningKind::Stop:
      return sides + " shut down";
    case HappeningKind::PowerOff:
      return sides + " fell silent for good";
    case HappeningKind::Pause:
      return sides + " stood still";
    case HappeningKind::Resume:
      return sides + " went on";
    case HappeningKind::Partition:
      return sides + " lost each other";
    case HappeningKind::Heal:
      return sides + " heard each other again, at the latest now";
    case HappeningKind::Merge:
      return fmt::format("{} merged into the cluster of {}", names_of(incident, happening.sides[0]),
                         names_of(incident, happening.sides[1]));
  }
  return sides;
}

std::string phase_text(const Incident& incident, const Phase& phase) {
  std::string text;
  for (const ViewGroup& group : phase.groups) {
    if (!text.empty()) text += "; ";
    const std::string list = names_of(incident, group.list);
    if (sorted(group.holders) != sorted(group.list)) {
      text += fmt::format("{} {} {}", names_of(incident, group.holders),
                          group.holders.size() == 1 ? "holds" : "hold", list);
    } else if (group.list.size() == 1) {
      text += list + " is alone";
    } else {
      text += list + " agree";
    }
  }
  return text;
}

std::string sight_text(const Incident& incident, const Sight& sight) {
  const LogEvent& event = event_of(incident, sight);
  if (is_noise(event.kind)) return {};
  const std::string subject = who(incident, sight.subject);
  switch (event.kind) {
    case LogKind::View:
      return view_sight(incident, sight);
    case LogKind::Suspected:
      return with_cause("suspects " + subject, event.cause);
    case LogKind::HeartbeatLost:
      return "hears no heartbeat of " + subject;
    case LogKind::Removed:
      return with_cause("takes " + subject + " off the list", event.cause);
    case LogKind::PeerJoined:
      return subject + " joined";
    case LogKind::PeerLeft:
      return subject + " left";
    case LogKind::MasterLeft:
      return fmt::format("{} is master no more, now {}", subject, who(incident, sight.other));
    case LogKind::ConnectionClosed:
      return sight.subject.has_value()
                 ? with_cause("connection to " + subject + " closed", event.cause)
                 : std::string{};
    case LogKind::ClaimStarted:
      return "claims to be master";
    case LogKind::ClaimWon:
      return "becomes master";
    case LogKind::ClaimAccepted:
      return "accepts " + subject + " as master";
    case LogKind::MergeExpected:
      return "finds that " + subject + " should merge to it";
    case LogKind::MergeDecided:
      return "finds that it should merge to " + subject;
    case LogKind::Merging:
      return fmt::format("{} merges to {}", subject, who(incident, sight.other));
    case LogKind::ClockJump:
      return fmt::format("its clock jumped by {}", short_text(event.duration));
    case LogKind::Coordinator:
      return "is elected coordinator";
    case LogKind::UuidReset:
      return "takes a new uuid";
    default: {
      std::string words(to_text(event.kind));
      std::replace(words.begin(), words.end(), '_', ' ');
      return words;
    }
  }
}

std::string places_text(const Incident& incident, const std::vector<LinePlace>& places) {
  constexpr std::size_t Shown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(Shown, places.size()); ++i) {
    text += (i == 0 ? "" : ", ") + to_text(incident, places[i]);
  }
  if (places.size() > Shown) text += fmt::format(" and {} more", places.size() - Shown);
  return text;
}

std::vector<std::string> cautions(const Incident& incident) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < incident.logs.size(); ++i) {
    const MemberLog& log = incident.logs[i];
    const auto say = [&result, &log](const std::string& words) {
      result.push_back(log.file + ": " + words);
    };
    if (log.has_other_owner) say("holds lines of more than one member; give each its own log");
    const std::uint64_t name = incident.logs.front().cluster_name_hash;
    if (name != 0 && log.cluster_name_hash != 0 && log.cluster_name_hash != name) {
      say("its cluster has another name than that of " + incident.logs.front().file +
          ": they never join");
    }
    if (!log.has_dates) say("its times have no date");
    if (log.back_count > 0) say(fmt::format("its clock went back {} times", log.back_count));
    if (log.cut_line_count > 0) {
      say(fmt::format("{} lines are longer than {} bytes; their ends were not read",
                      log.cut_line_count, LogReader::LineMax));
    }
    if (log.dropped_event_count > 0) {
      say(fmt::format("{} events beyond the first {} were left out", log.dropped_event_count,
                      LogReader::EventsMax));
    }
    if (log.events.empty()) say("no line says anything of a cluster");
    const Duration drift = std::chrono::abs(incident.clocks[i].drift);
    if (drift >= DriftWorthTelling) {
      say(fmt::format("its clock moved by {} against {} during the log", short_text(drift),
                      incident.logs[incident.clocks[i].aligned_by].file));
    }
  }
  return result;
}

std::string to_plain_text(const Incident& incident, const IncidentTextOptions& options) {
  std::string text = story_heading(incident) + "\nMembers\n";
  for (MemberIndex i = 0; i < incident.members.size(); ++i) text += member_line(incident, i);
  const auto at_text = [&incident](Duration at) {
    return fmt::format("{:>12}", clock_text(at, incident.length));
  };
  text += "\nWhat happened\n";
  for (const Happening& happening : incident.happenings) {
    text += fmt::format(
        "{}  {}  [{}{}]\n", at_text(happening.at), happening_text(incident, happening),
        happening.is_inferred ? "inferred: " : "", places_text(incident, happening.places));
  }
  text += "\nWhich views were held\n";
  std::size_t views_before = 1;
  for (const Phase& phase : incident.phases) {
    const std::size_t views = phase.groups.size();
    const char* turn = views > 1 && views_before <= 1   ? "parted: "
                       : views <= 1 && views_before > 1 ? "together: "
                                                        : "";
    text += fmt::format("{}  {}{}\n", at_text(phase.from), turn, phase_text(incident, phase));
    views_before = views;
  }
  if (options.has_sights) {
    text += "\nWho saw what\n";
    for (const Sight& sight : incident.sights) {
      const std::string words = sight_text(incident, sight);
      if (words.empty()) continue;
      text += fmt::format("{}  {:<4} {}  [{}]\n", at_text(sight.at),
                          incident.members[sight.by].name, words, to_text(incident, sight.place));
    }
  }
  const auto warnings = cautions(incident);
  if (!warnings.empty()) text += "\nTo bear in mind\n";
  for (const std::string& warning : warnings) text += "  " + warning + "\n";
  return text;
}

}  // namespace splitscope::scenarios::incident
