#include "scenarios/incident/skeleton.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "scenarios/incident/cluster_guess.hpp"
#include "scenarios/incident/incident_text.hpp"

namespace splitscope::scenarios::incident {
namespace {

using base::Duration;

std::string seconds_text(Duration duration) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  return fmt::format("\"{}ms\"", ms);
}

// Members as scripts name them: by position.
std::string script_name(MemberIndex member) {
  return fmt::format("\"n{}\"", member + 1);
}

std::string script_names(const MemberIndexes& members) {
  std::string text;
  for (const MemberIndex member : members) {
    text += (text.empty() ? "" : ", ") + script_name(member);
  }
  return "{ " + text + " }";
}

// A user's file name within a comment stays on its line.
std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, '?');
  return text;
}

std::string group_agreed(const MemberIndexes& set) {
  return fmt::format("c:members {}:agreed()", script_names(sorted(set)));
}

bool is_ipv4(std::string_view host) {
  return host.find_first_not_of("0123456789.") == host.npos &&
         std::count(host.begin(), host.end(), '.') == 3;
}

constexpr std::size_t Columns = 100;
// What engines do unless told otherwise; earlier checks were configured.
constexpr Duration MergeFirstDefault = std::chrono::seconds{300};
constexpr Duration MergeNextDefault = std::chrono::seconds{120};
constexpr Duration MergeMargin = std::chrono::seconds{5};
// Members that start within this of each other form the cluster together.
constexpr Duration FormationMax = std::chrono::minutes{2};

class Writer {
 public:
  explicit Writer(const Incident& incident) : incident_(incident) {}

  std::string text() {
    write_heading();
    write_cluster();
    write_story();
    return std::move(text_);
  }

 private:
  void line(const std::string& lua) { text_ += lua + "\n"; }
  // Broken between words where it is long.
  void comment(const std::string& words, std::string_view indent = "") {
    const std::string begin = std::string(indent) + "-- ";
    const std::string cleaned = on_one_line(words);
    std::string_view rest = cleaned;
    while (!rest.empty()) {
      const std::size_t room = Columns - begin.size();
      std::size_t end = rest.size();
      if (end > room) {
        const std::size_t space = rest.rfind(' ', room);
        end = space == rest.npos || space == 0 ? rest.find(' ', room) : space;
        end = std::min(end, rest.size());
      }
      line(begin + std::string(rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }

  void write_heading() {
    comment(
        fmt::format("An incident of {} members, drawn up from {} logs: the same order of events.",
                    incident_.members.size(), incident_.logs.size()));
    text_ += "\n";
    comment("Each statement stands under the lines that led to it. What no line says outright is");
    comment(
        "\"inferred\". Times pass as in the logs; waits take as long as the simulated cluster "
        "does.");
    line(fmt::format("scenario {{ \"Incident of {}\" }}",
                     wall_text(incident_.began, incident_.has_dates)));
    text_ += "\n";
  }

  void write_cluster() {
    const ClusterGuess& guess = guess_;
    for (MemberIndex i = 0; i < incident_.members.size(); ++i) {
      const IncidentMember& member = incident_.members[i];
      std::string files;
      for (const std::size_t log : member.logs) files += " " + incident_.logs[log].file;
      comment(fmt::format("n{}{} is {},{}", i + 1,
                          member.name == fmt::format("n{}", i + 1) ? "" : " (" + member.name + ")",
                          to_text(member.address), files.empty() ? " without a log" : files));
    }
    line("local c = cluster {");
    write_scheme(guess);
    line(fmt::format("  members = {},", incident_.members.size()));
    if (guess.major == 0) comment("the logs do not tell the engine's version", "  ");
    if (guess.major == 4 || (guess.major == 3 && guess.minor < 9)) {
      comment(
          fmt::format("the logs say {}.{}; this is the nearest profile", guess.major, guess.minor),
          "  ");
    }
    line(fmt::format("  profile = param(\"profile\", \"{}\"),", guess.profile));
    write_places();
    write_properties(guess);
    line("}");
    text_ += "\n";
    write_other_names();
    if (!guess.is_multicast_blocked) return;
    comment("inferred: members lived beside each other and never met");
    line("local blocked = block { multicast = true }");
    is_blocked_ = true;
    text_ += "\n";
  }

  static std::int64_t whole_seconds(Duration duration) {
    return std::max<std::int64_t>(
        1, std::chrono::duration_cast<std::chrono::seconds>(duration).count());
  }

  void write_properties(const ClusterGuess& guess) {
    const bool is_early =
        guess.merge_first.has_value() && *guess.merge_first < MergeFirstDefault - MergeMargin;
    if (!guess.heartbeat_timeout.has_value() && !is_early) return;
    line("  properties = {");
    if (guess.heartbeat_timeout.has_value()) {
      comment(to_text(incident_, *guess.heartbeat_place), "    ");
      line(fmt::format("    [\"hazelcast.max.no.heartbeat.seconds\"] = {},",
                       whole_seconds(*guess.heartbeat_timeout)));
    }
    if (is_early) {
      comment(fmt::format("inferred: {} is so long after a start",
                          to_text(incident_, *guess.merge_place)),
              "    ");
      line(fmt::format("    [\"hazelcast.merge.first.run.delay.seconds\"] = {},",
                       whole_seconds(*guess.merge_first)));
      line(fmt::format("    [\"hazelcast.merge.next.run.delay.seconds\"] = {},",
                       whole_seconds(std::min(MergeNextDefault, *guess.merge_first))));
    }
    line("  },");
  }

  void write_scheme(const ClusterGuess& guess) {
    if (guess.is_multicast) {
      line("  scheme = multicast {},");
    } else if (guess.well_known.empty()) {
      comment("nobody is seen to find others at its start: put your list here", "  ");
      line("  scheme = wka { well_known = \"all\" },");
    } else {
      comment("whom members were seen to try or to find at their start", "  ");
      line(fmt::format("  scheme = wka {{ well_known = {} }},", script_names(guess.well_known)));
    }
  }

  void write_places() {
    std::string addresses;
    std::string ports;
    bool is_one_host = incident_.members.size() > 1;
    for (const IncidentMember& member : incident_.members) {
      is_one_host = is_one_host && member.address.host == incident_.members[0].address.host;
      const bool is_usable = is_ipv4(member.address.host);
      addresses += fmt::format("{}\"{}\"", addresses.empty() ? "" : ", ",
                               is_usable ? member.address.host : "");
      ports += fmt::format("{}{}", ports.empty() ? "" : ", ", member.address.port);
    }
    if (is_one_host) {
      line("  same_host = true,");
    } else {
      line(fmt::format("  addresses = {{ {} }},", addresses));
    }
    line(fmt::format("  ports = {{ {} }},", ports));
  }

  // Members of other names than the first log's.
  void write_other_names() {
    const std::uint64_t usual = incident_.logs.front().cluster_name_hash;
    std::vector<std::uint64_t> others;
    for (MemberIndex member = 0; member < incident_.members.size(); ++member) {
      for (const std::size_t log : incident_.members[member].logs) {
        const std::uint64_t name = incident_.logs[log].cluster_name_hash;
        if (name == 0 || name == usual) continue;
        auto known = std::find(others.begin(), others.end(), name);
        if (known == others.end()) known = others.insert(others.end(), name);
        comment(fmt::format("its cluster has another name [{}]", incident_.logs[log].file));
        line(fmt::format("wrong_domain({}, \"other-{}\")", script_name(member),
                         known - others.begin() + 1));
        text_ += "\n";
        break;
      }
    }
  }

  // --- the story ---

  void write_story() {
    const std::size_t formed = write_formation();
    std::size_t phase = formed;
    for (; next_ < incident_.happenings.size(); ++next_) {
      const Happening& happening = incident_.happenings[next_];
      for (; phase < incident_.phases.size() && incident_.phases[phase].from <= happening.at;
           ++phase) {
        write_wait(incident_.phases[phase]);
      }
      write_happening(happening);
    }
    for (; phase < incident_.phases.size(); ++phase) write_wait(incident_.phases[phase]);
    text_ += "\n";
    comment(fmt::format("{} the logs end", clock_text(incident_.length, incident_.length)));
    line(fmt::format("run_for({})", seconds_text(std::max<Duration>(incident_.length - clock_,
                                                                    std::chrono::seconds{1}))));
  }

  // If all began as one cluster: its members start in the order of their ages, each joining before
  // the next starts, so that who follows whom as master is as in the logs. Answers the next phase.
  std::size_t write_formation() {
    const Phase* first = nullptr;
    for (const Phase& phase : incident_.phases) {
      if (is_formation(phase)) first = &phase;
    }
    if (first == nullptr) return 0;
    comment(fmt::format("{} {} [{}]", clock_text(first->from, incident_.length),
                        phase_text(incident_, *first), places_text(incident_, first->places)));
    comment("Members start by age, so that who follows whom as master is as in the logs.");
    MemberIndexes so_far;
    for (const MemberIndex member : first->groups.front().list) {
      so_far.push_back(member);
      line(fmt::format("start({})", script_name(member)));
      write_run_until(group_agreed(so_far), "c:join_bound()");
    }
    while (next_ < incident_.happenings.size() && incident_.happenings[next_].at <= first->from) {
      ++next_;
    }
    clock_ = first->from;
    last_wait_ = sets_of(*first);
    return static_cast<std::size_t>(first - incident_.phases.data()) + 1;
  }

  bool is_formation(const Phase& phase) const {
    if (!phase.is_settled || phase.groups.size() != 1) return false;
    MemberIndexes started;
    for (const Happening& happening : incident_.happenings) {
      if (happening.at > phase.from) break;
      if (phase.from - incident_.happenings.front().at > FormationMax) return false;
      const bool is_start =
          happening.kind == HappeningKind::Start || happening.kind == HappeningKind::AlreadyRunning;
      if (!is_start) return false;
      started.push_back(happening.sides.front().front());
    }
    const std::size_t starts = started.size();
    started = sorted(started);
    return starts == started.size() && started == sorted(phase.groups.front().list);
  }

  static std::vector<MemberIndexes> sets_of(const Phase& phase) {
    std::vector<MemberIndexes> sets;
    for (const ViewGroup& group : phase.groups) sets.push_back(sorted(group.list));
    std::sort(sets.begin(), sets.end());
    return sets;
  }

  void pass_to(Duration at) {
    if (at - clock_ < std::chrono::milliseconds{1}) return;
    line(fmt::format("run_for({})", seconds_text(at - clock_)));
    clock_ = at;
  }

  void write_wait(const Phase& phase) {
    const auto sets = sets_of(phase);
    text_ += "\n";
    comment(fmt::format("{} {} [{}]", clock_text(phase.from, incident_.length),
                        phase_text(incident_, phase), places_text(incident_, phase.places)));
    if (!phase.is_settled) {
      comment("Not waited for: lists name members that hold another one, or that are gone.");
      return;
    }
    if (sets == last_wait_) return;
    std::string condition;
    for (const MemberIndexes& set : sets) {
      condition += (condition.empty() ? "" : "\n  & ") + group_agreed(set);
    }
    write_run_until(condition, bounds_);
    clock_ = std::max(clock_, phase.from);
    last_wait_ = sets;
    bounds_ = AnyBound;
  }

  void write_run_until(const std::string& condition, std::string_view bounds) {
    const std::string text = fmt::format("run_until({}, within({}))", condition, bounds);
    const bool is_long = text.size() > Columns || condition.find('\n') != condition.npos;
    line(is_long ? fmt::format("run_until({},\n  within({}))", condition, bounds) : text);
  }

  void bound_by(std::string_view bound) {
    if (bounds_ == AnyBound) {
      bounds_ = bound;
    } else if (bounds_.find(bound) == bounds_.npos) {
      bounds_ += " + " + std::string(bound);
    }
  }

  void write_happening(const Happening& happening) {
    text_ += "\n";
    comment(fmt::format("{} {} [{}{}]", clock_text(happening.at, incident_.length),
                        happening_text(incident_, happening),
                        happening.is_inferred ? "inferred: " : "",
                        places_text(incident_, happening.places)));
    if (happening.kind == HappeningKind::Merge) {
      if (is_blocked_) {
        pass_to(happening.at);
        line("blocked:heal()");
        is_blocked_ = false;
      }
      return bound_by("c:merge_bound()");
    }
    pass_to(happening.at);
    const MemberIndexes& who = happening.sides.front();
    switch (happening.kind) {
      case HappeningKind::AlreadyRunning:
      case HappeningKind::Start:
        write_start(who.front());
        return bound_by("c:join_bound()");
      case HappeningKind::Kill:
        write_act("kill", who);
        break;
      case HappeningKind::Stop:
        write_act("stop", who);
        break;
      case HappeningKind::PowerOff:
        write_act("power_off", who);
        off_.push_back(who.front());
        break;
      case HappeningKind::Pause:
        write_act("pause", who);
        break;
      case HappeningKind::Resume:
        write_act("resume", who);
        return bound_by("c:merge_bound()");
      case HappeningKind::Partition:
        write_partition(happening);
        break;
      case HappeningKind::Heal:
        write_heal(happening);
        return bound_by("c:merge_bound()");
      case HappeningKind::Merge:
        break;
    }
    bound_by("c:detect_bound()");
    bound_by("c:elect_bound()");
  }

  void write_act(std::string_view act, const MemberIndexes& who) {
    line(fmt::format("{}({})", act, script_name(who.front())));
  }

  void write_start(MemberIndex member) {
    const auto off = std::find(off_.begin(), off_.end(), member);
    line(fmt::format("{}({})", off == off_.end() ? "start" : "power_on", script_name(member)));
    if (off != off_.end()) off_.erase(off);
  }

  void write_heal(const Happening& happening) {
    const auto cut = std::find(cuts_.rbegin(), cuts_.rend(), happening.sides);
    if (cut != cuts_.rend()) line(fmt::format("cut{}:heal()", cuts_.rend() - cut));
  }

  void write_partition(const Happening& happening) {
    cuts_.push_back(happening.sides);
    std::string sides;
    for (const MemberIndexes& side : with_newcomers(happening)) {
      sides += (sides.empty() ? "" : ", ") + script_names(side);
    }
    line(fmt::format("local cut{} = partition({})", cuts_.size(), sides));
  }

  // Who starts while the sides are apart belongs to the side that it joins, or, if it stays alone,
  // to the largest of those where it would find nobody of its list.
  std::vector<MemberIndexes> with_newcomers(const Happening& partition) const {
    std::vector<MemberIndexes> sides = partition.sides;
    const Duration until = heal_of(partition);
    for (const Happening& happening : incident_.happenings) {
      const bool is_within = happening.at > partition.at && happening.at < until;
      if (happening.kind != HappeningKind::Start || !is_within) continue;
      const MemberIndex newcomer = happening.sides.front().front();
      const bool is_known = std::any_of(sides.begin(), sides.end(), [newcomer](const auto& side) {
        return std::find(side.begin(), side.end(), newcomer) != side.end();
      });
      if (is_known) continue;
      if (!is_of_one_side(partition)) continue;
      MemberIndexes& side = sides[side_of_newcomer(sides, newcomer, happening.at, until)];
      side.push_back(newcomer);
      side = sorted(side);
    }
    return sides;
  }

  // A cut between two members alone is none of a newcomer's business.
  bool is_of_one_side(const Happening& partition) const {
    std::size_t members = 0;
    for (const MemberIndexes& side : partition.sides) members += side.size();
    return members > 2 || incident_.members.size() <= 3;
  }

  Duration heal_of(const Happening& partition) const {
    for (const Happening& happening : incident_.happenings) {
      if (happening.kind == HappeningKind::Heal && happening.at >= partition.at &&
          happening.sides == partition.sides) {
        return happening.at;
      }
    }
    return incident_.length;
  }

  std::size_t side_of_newcomer(const std::vector<MemberIndexes>& sides, MemberIndex newcomer,
                               Duration from, Duration until) const {
    const auto shares = [](const MemberIndexes& side, const MemberIndexes& list) {
      return std::any_of(side.begin(), side.end(), [&list](MemberIndex member) {
        return std::find(list.begin(), list.end(), member) != list.end();
      });
    };
    for (const Phase& phase : incident_.phases) {
      if (phase.from < from || phase.from >= until) continue;
      for (const ViewGroup& group : phase.groups) {
        if (std::find(group.list.begin(), group.list.end(), newcomer) == group.list.end()) continue;
        for (std::size_t side = 0; side < sides.size(); ++side) {
          if (shares(sides[side], group.list)) return side;
        }
      }
    }
    std::size_t best = 0;
    const auto rank = [this, &sides, shares](std::size_t side) {
      return std::pair(!shares(sides[side], guess_.well_known), sides[side].size());
    };
    for (std::size_t side = 1; side < sides.size(); ++side) {
      if (rank(side) > rank(best)) best = side;
    }
    return best;
  }

  static constexpr std::string_view AnyBound =
      "c:join_bound() + c:detect_bound() + c:elect_bound() + c:merge_bound()";

  const Incident& incident_;
  const ClusterGuess guess_ = guess_cluster(incident_);
  std::string text_;
  Duration clock_{};                              // of the story, at the statement written last
  std::size_t next_ = 0;                          // happening
  std::vector<std::vector<MemberIndexes>> cuts_;  // the sides of each
  MemberIndexes off_;
  bool is_blocked_ = false;  // multicast, until members meet
  std::vector<MemberIndexes> last_wait_;
  std::string bounds_ = std::string(AnyBound);
};

}  // namespace

std::string to_scenario(const Incident& incident) {
  return Writer(incident).text();
}

std::vector<SettledViews> settled_views(const Incident& incident) {
  std::vector<SettledViews> result;
  for (const Phase& phase : incident.phases) {
    if (!phase.is_settled) continue;
    SettledViews views{.sets = {}, .at = phase.from};
    for (const ViewGroup& group : phase.groups) views.sets.push_back(sorted(group.list));
    std::sort(views.sets.begin(), views.sets.end());
    if (result.empty() || result.back().sets != views.sets) result.push_back(std::move(views));
  }
  return result;
}

}  // namespace splitscope::scenarios::incident
