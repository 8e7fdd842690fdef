#include "scenarios/incident/incident.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "scenarios/incident/happenings.hpp"

namespace splitscope::scenarios::incident {
namespace {

using base::Duration;

constexpr std::array<std::string_view, 10> HappeningNames{
    "already running", "start",  "kill",      "stop", "power off",
    "pause",           "resume", "partition", "heal", "merge"};

// Finds members by address, and makes those it does not know yet.
class Directory {
 public:
  explicit Directory(std::vector<IncidentMember>& members) : members_(members) {}

  std::optional<MemberIndex> find(const Address& address) const {
    const auto known = indexes_.find(address);
    return known == indexes_.end() ? std::nullopt : std::optional(known->second);
  }
  std::optional<MemberIndex> index_of(const Address& address) {
    if (address.is_empty()) return std::nullopt;
    if (const auto known = find(address); known.has_value()) return known;
    if (members_.size() >= IncidentMembersMax) return std::nullopt;
    const auto index = static_cast<MemberIndex>(members_.size());
    members_.push_back({.name = {}, .address = address, .logs = {}});
    indexes_.emplace(address, index);
    return index;
  }

 private:
  std::vector<IncidentMember>& members_;
  std::map<Address, MemberIndex> indexes_;
};

bool is_of_cluster(const LogEvent& event) {
  // Peers of connections may be clients: alone they make no member.
  return event.kind != LogKind::ConnectionOpened && event.kind != LogKind::ConnectionClosed &&
         event.kind != LogKind::ConnectionFailed && event.kind != LogKind::Connecting &&
         event.kind != LogKind::Blacklisted;
}

void find_members(Incident& incident, Directory& directory) {
  for (std::size_t i = 0; i < incident.logs.size(); ++i) {
    const auto index = directory.index_of(incident.logs[i].own);
    if (index.has_value()) incident.members[*index].logs.push_back(i);
  }
  for (const MemberLog& log : incident.logs) {
    for (const LogEvent& event : log.events) {
      for (const ListedMember& member : event.members) (void)directory.index_of(member.address);
      if (is_of_cluster(event)) (void)directory.index_of(event.subject);
      if (event.kind == LogKind::Merging) (void)directory.index_of(event.other);
    }
  }
  for (IncidentMember& member : incident.members) {
    std::sort(member.logs.begin(), member.logs.end(), [&incident](std::size_t a, std::size_t b) {
      return incident.logs[a].first_time < incident.logs[b].first_time;
    });
  }
}

base::WallTime on_one_clock(const Incident& incident, std::size_t log, base::WallTime time) {
  return time - incident.clocks[log].ahead;
}

void find_beginning(Incident& incident) {
  std::optional<base::WallTime> first;
  for (std::size_t i = 0; i < incident.logs.size(); ++i) {
    for (const LogEvent& event : incident.logs[i].events) {
      if (!event.has_time) continue;
      const base::WallTime time = on_one_clock(incident, i, event.time);
      if (!first.has_value() || time < *first) first = time;
    }
  }
  incident.began = first.value_or(base::WallTime{});
}

void collect_sights(Incident& incident, const Directory& directory) {
  for (MemberIndex member = 0; member < incident.members.size(); ++member) {
    // A clock that went back stands still here until it has caught up.
    Duration latest{};
    for (const std::size_t log : incident.members[member].logs) {
      for (std::size_t i = 0; i < incident.logs[log].events.size(); ++i) {
        const LogEvent& event = incident.logs[log].events[i];
        if (event.has_time) {
          latest = std::max(latest, on_one_clock(incident, log, event.time) - incident.began);
        }
        Sight sight{.at = latest, .by = member, .place = {log, event.line}, .event = i};
        sight.subject = directory.find(event.subject);
        sight.other = directory.find(event.other);
        incident.sights.push_back(std::move(sight));
      }
    }
  }
  std::stable_sort(incident.sights.begin(), incident.sights.end(),
                   [](const Sight& a, const Sight& b) { return a.at < b.at; });
  if (incident.sights.empty()) return;
  // What came last lasts long enough to be seen.
  incident.length = incident.sights.back().at + PhaseLengthMin;
  for (std::size_t i = 0; i < incident.logs.size(); ++i) {
    const auto& last = incident.logs[i].last_time;
    if (!last.has_value()) continue;
    incident.length = std::max(incident.length, on_one_clock(incident, i, *last) - incident.began);
  }
}

bool ends_view(LogKind kind) {
  return kind == LogKind::Starting || kind == LogKind::ShuttingDown || kind == LogKind::ShutDown ||
         kind == LogKind::StartFailed;
}

void collect_spans(Incident& incident, const Directory& directory) {
  std::vector<std::optional<ViewSpan>> open(incident.members.size());
  const auto close = [&incident, &open](MemberIndex member, Duration at) {
    if (!open[member].has_value()) return;
    open[member]->until = at;
    incident.spans.push_back(std::move(*open[member]));
    open[member].reset();
  };
  for (const Sight& sight : incident.sights) {
    const LogEvent& event = event_of(incident, sight);
    if (ends_view(event.kind)) close(sight.by, sight.at);
    if (event.kind != LogKind::View) continue;
    close(sight.by, sight.at);
    ViewSpan span{.member = sight.by, .from = sight.at, .place = sight.place};
    span.version = event.version;
    span.is_whole = event.is_whole;
    for (const ListedMember& listed : event.members) {
      if (const auto index = directory.find(listed.address)) span.list.push_back(*index);
    }
    open[sight.by] = std::move(span);
  }
  for (MemberIndex member = 0; member < open.size(); ++member) close(member, incident.length);
  std::stable_sort(incident.spans.begin(), incident.spans.end(),
                   [](const ViewSpan& a, const ViewSpan& b) {
                     return std::pair(a.member, a.from) < std::pair(b.member, b.from);
                   });
}

// "n4" stands for the fourth member.
std::optional<std::size_t> position_of(std::string_view label, std::size_t count) {
  if (!label.starts_with('n') || label.size() > 4 || label.size() < 2) return std::nullopt;
  std::size_t value = 0;
  for (const char c : label.substr(1)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::size_t>(c - '0');
  }
  if (value == 0 || value > count) return std::nullopt;
  return value - 1;
}

// Where each member comes to stand: at the position its label says, else in the order of the logs,
// and behind them those without a log as others name them.
base::Result<std::vector<MemberIndex>> positions(Incident& incident) {
  const std::size_t count = incident.members.size();
  std::vector<std::optional<MemberIndex>> at(count);
  for (MemberIndex member = 0; member < count; ++member) {
    for (const std::size_t log : incident.members[member].logs) {
      const std::string& label = incident.logs[log].label;
      if (label.empty()) continue;
      incident.members[member].name = label;
      const auto position = position_of(label, count);
      if (!position.has_value() || at[*position] == member) continue;
      if (at[*position].has_value()) {
        return base::failure("--member " + label + ": two members have that name");
      }
      at[*position] = member;
    }
  }
  std::size_t next = 0;
  for (MemberIndex member = 0; member < count; ++member) {
    if (std::find(at.begin(), at.end(), member) != at.end()) continue;
    while (at[next].has_value()) ++next;
    at[next] = member;
  }
  std::vector<MemberIndex> position_of_member(count);
  for (std::size_t position = 0; position < count; ++position) {
    position_of_member[*at[position]] = static_cast<MemberIndex>(position);
  }
  return position_of_member;
}

void move_members(Incident& incident, const std::vector<MemberIndex>& to) {
  std::vector<IncidentMember> members(incident.members.size());
  for (MemberIndex old = 0; old < to.size(); ++old) {
    members[to[old]] = std::move(incident.members[old]);
    if (members[to[old]].name.empty()) members[to[old]].name = fmt::format("n{}", to[old] + 1);
  }
  incident.members = std::move(members);
  for (Sight& sight : incident.sights) {
    sight.by = to[sight.by];
    if (sight.subject.has_value()) sight.subject = to[*sight.subject];
    if (sight.other.has_value()) sight.other = to[*sight.other];
  }
  for (ViewSpan& span : incident.spans) {
    span.member = to[span.member];
    for (MemberIndex& member : span.list) member = to[member];
  }
  std::stable_sort(incident.spans.begin(), incident.spans.end(),
                   [](const ViewSpan& a, const ViewSpan& b) {
                     return std::pair(a.member, a.from) < std::pair(b.member, b.from);
                   });
}

base::Result<void> check(const std::vector<MemberLog>& logs) {
  if (logs.empty()) return base::failure("no log; name the log files of the members");
  if (logs.size() > LogsMax) {
    return base::failure(fmt::format("{} logs; at most {} are read", logs.size(), LogsMax));
  }
  for (const MemberLog& log : logs) {
    if (log.own.is_empty()) {
      return base::failure(
          log.file +
          ": no line says which member it is of (a list of members with \"this\", or the prefix "
          "[address]:port); let Hazelcast log at INFO, and give the log of one member");
    }
  }
  return {};
}

}  // namespace

std::string_view to_text(HappeningKind kind) {
  return HappeningNames[static_cast<std::size_t>(kind)];
}

const LogEvent& event_of(const Incident& incident, const Sight& sight) {
  return incident.logs[sight.place.log].events[sight.event];
}

const ViewSpan* span_at(const Incident& incident, MemberIndex member, Duration at) {
  for (const ViewSpan& span : incident.spans) {
    if (span.member == member && span.from <= at && at < span.until) return &span;
  }
  return nullptr;
}

MemberIndexes sorted(MemberIndexes members) {
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  return members;
}

std::string names_of(const Incident& incident, const MemberIndexes& members,
                     std::string_view separator) {
  std::string text;
  for (const MemberIndex member : members) {
    if (!text.empty()) text += separator;
    text += incident.members[member].name;
  }
  return text;
}

std::string to_text(const Incident& incident, const LinePlace& place) {
  return fmt::format("{}:{}", incident.logs[place.log].file, place.line);
}

base::Result<Incident> make_incident(std::vector<MemberLog> logs) {
  if (const auto fits = check(logs); !fits.has_value()) return std::unexpected(fits.error());
  Incident incident;
  incident.logs = std::move(logs);
  incident.clocks = align_clocks(incident.logs);
  for (const MemberLog& log : incident.logs) {
    incident.has_dates = incident.has_dates && log.has_dates;
  }
  Directory directory(incident.members);
  find_members(incident, directory);
  find_beginning(incident);
  collect_sights(incident, directory);
  collect_spans(incident, directory);
  const auto to = positions(incident);
  if (!to.has_value()) return std::unexpected(to.error());
  move_members(incident, *to);
  find_happenings(incident);
  return incident;
}

}  // namespace splitscope::scenarios::incident
