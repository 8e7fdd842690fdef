#include "scenarios/incident/clock_alignment.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

namespace splitscope::scenarios::incident {
namespace {

using base::Duration;

// With a single shared event nothing tells how sure it is.
constexpr Duration OneEventUncertainty = std::chrono::seconds{1};
constexpr std::size_t SharedMax = 100'000;  // keys of one log

// What can be seen in two logs, and when this one has it.
using SharedTimes = std::map<std::string, base::WallTime>;

std::string view_key(const LogEvent& event, std::map<std::string, std::uint32_t>& seen) {
  const ListedMember& master = event.members.front();
  if (event.version.has_value() && !master.uuid.is_nil()) {
    return fmt::format("v {} {}", base::to_text(master.uuid), *event.version);
  }
  // Without versions: the same list for the n-th time.
  std::string list = "l";
  for (const ListedMember& member : event.members) {
    list += " " + to_text(member.address);
    if (!member.uuid.is_nil()) list += base::to_text(member.uuid);
  }
  const std::uint32_t count = ++seen[list];
  return fmt::format("{} #{}", list, count);
}

std::string connection_key(const LogEvent& event) {
  std::string ends[2] = {to_text(event.subject), to_text(event.other)};
  if (ends[1] < ends[0]) std::swap(ends[0], ends[1]);
  return fmt::format("c {} {}", ends[0], ends[1]);
}

SharedTimes shared_times(const MemberLog& log) {
  SharedTimes times;
  std::map<std::string, std::uint32_t> seen;
  for (const LogEvent& event : log.events) {
    if (!event.has_time || times.size() >= SharedMax) continue;
    if (event.kind == LogKind::View && event.is_whole && event.members.size() > 1) {
      times.emplace(view_key(event, seen), event.time);
    } else if (event.kind == LogKind::ConnectionOpened) {
      times.emplace(connection_key(event), event.time);
    }
  }
  return times;
}

// How far `b` is ahead of `a`.
struct Pair {
  std::size_t a = 0;
  std::size_t b = 0;
  Duration ahead{};
  Duration uncertainty{};
  Duration drift{};
  std::uint32_t count = 0;
};

Duration median(std::vector<Duration> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Duration four_of_five_within(const std::vector<Duration>& differences, Duration centre) {
  std::vector<Duration> distances;
  for (const Duration difference : differences) {
    distances.push_back(std::chrono::abs(difference - centre));
  }
  std::sort(distances.begin(), distances.end());
  return distances[(distances.size() * 4 + 4) / 5 - 1];
}

std::optional<Pair> compare(const SharedTimes& a, const SharedTimes& b) {
  std::vector<std::pair<base::WallTime, Duration>> differences;
  for (const auto& [key, time] : a) {
    const auto other = b.find(key);
    if (other != b.end()) differences.emplace_back(time, other->second - time);
  }
  if (differences.empty()) return std::nullopt;
  std::sort(differences.begin(), differences.end());
  std::vector<Duration> all;
  for (const auto& [time, difference] : differences) all.push_back(difference);
  Pair pair;
  pair.count = static_cast<std::uint32_t>(all.size());
  pair.ahead = median(all);
  pair.uncertainty = all.size() == 1 ? OneEventUncertainty : four_of_five_within(all, pair.ahead);
  if (all.size() >= 6) {
    const auto half = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    pair.drift = median({half, all.end()}) - median({all.begin(), half});
  }
  return pair;
}

std::vector<Pair> all_pairs(const std::vector<MemberLog>& logs) {
  std::vector<SharedTimes> times;
  for (const MemberLog& log : logs) times.push_back(shared_times(log));
  std::vector<Pair> pairs;
  for (std::size_t a = 0; a < logs.size(); ++a) {
    for (std::size_t b = a + 1; b < logs.size(); ++b) {
      auto pair = compare(times[a], times[b]);
      if (!pair.has_value()) continue;
      pair->a = a;
      pair->b = b;
      // A log that writes whole seconds cannot be surer than one.
      for (const std::size_t side : {a, b}) {
        const Duration unit = logs[side].resolution;
        if (unit >= std::chrono::milliseconds{10}) pair->uncertainty += unit;
      }
      pairs.push_back(*pair);
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& x, const Pair& y) { return x.uncertainty < y.uncertainty; });
  return pairs;
}

void align(MemberClock& clock, const MemberClock& by, std::size_t by_index, const Pair& pair,
           bool is_b) {
  clock.is_aligned = true;
  clock.aligned_by = by_index;
  clock.ahead = by.ahead + (is_b ? pair.ahead : -pair.ahead);
  clock.uncertainty = by.uncertainty + pair.uncertainty;
  clock.drift = is_b ? pair.drift : -pair.drift;
  clock.shared_count = pair.count;
}

}  // namespace

std::vector<MemberClock> align_clocks(const std::vector<MemberLog>& logs) {
  std::vector<MemberClock> clocks(logs.size());
  for (std::size_t i = 0; i < clocks.size(); ++i) clocks[i].aligned_by = i;
  if (clocks.empty()) return clocks;
  const std::vector<Pair> pairs = all_pairs(logs);
  std::size_t reference = 0;
  const bool is_first_shared = std::any_of(
      pairs.begin(), pairs.end(), [](const Pair& pair) { return pair.a == 0 || pair.b == 0; });
  if (!pairs.empty() && !is_first_shared) reference = pairs.front().a;
  clocks[reference].is_aligned = true;
  // The surest pair that adds a log, again and again.
  for (bool is_added = true; is_added;) {
    is_added = false;
    for (const Pair& pair : pairs) {
      if (clocks[pair.a].is_aligned == clocks[pair.b].is_aligned) continue;
      const bool adds_b = clocks[pair.a].is_aligned;
      const std::size_t from = adds_b ? pair.a : pair.b;
      align(clocks[adds_b ? pair.b : pair.a], clocks[from], from, pair, adds_b);
      is_added = true;
      break;
    }
  }
  return clocks;
}

}  // namespace splitscope::scenarios::incident
