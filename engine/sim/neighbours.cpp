#include "engine/sim/neighbours.hpp"

#include <algorithm>

namespace splitscope::sim {
namespace {

constexpr base::Duration DelayBeforeProbing = std::chrono::seconds{5};
constexpr base::Duration Probing = Neighbours::FailsAfter;  // unicast, three times

}  // namespace

base::Duration Neighbours::reachable_time(base::Prng& random) {
  return base::Duration{random.between(15'000'000'000, 45'000'000'000)};
}

Neighbours::Entry& Neighbours::entry(base::Ipv4 neighbour) {
  const auto found =
      std::find_if(entries_.begin(), entries_.end(),
                   [neighbour](const Entry& entry) { return entry.neighbour == neighbour; });
  if (found != entries_.end()) return *found;
  entries_.push_back({neighbour});
  return entries_.back();
}

void Neighbours::confirm(base::Ipv4 neighbour, base::Instant at) {
  Entry& known = entry(neighbour);
  if (at <= known.confirmed_at) return;
  known = {neighbour, at, true};
}

Neighbours::Verdict Neighbours::send(base::Ipv4 neighbour, bool answers, base::Instant now) {
  Entry& known = entry(neighbour);
  if (answers) {
    confirm(neighbour, now);
    return {};
  }
  if (known.is_known) {
    if (now - known.confirmed_at < reachable_for_) return {};
    if (known.stale_use_at == base::EndOfTime) known.stale_use_at = now;
    if (now - known.stale_use_at < DelayBeforeProbing + Probing) return {};
    known.is_known = false;
  }
  if (known.asking_since == base::EndOfTime) {
    known.asking_since = now;
    return {Fate::Queued, now + RequestGap};
  }
  const auto asked = (now - known.asking_since) / RequestGap + 1;
  return {Fate::Queued, known.asking_since + asked * RequestGap};
}

Neighbours::Verdict Neighbours::ask_again(base::Ipv4 neighbour, bool answers, base::Instant now) {
  Entry& known = entry(neighbour);
  if (answers) {
    confirm(neighbour, now);
    return {};
  }
  if (known.asking_since == base::EndOfTime) return {Fate::Failed, now};  // told to another socket
  if (now - known.asking_since < FailsAfter) return send(neighbour, false, now);
  known.asking_since = base::EndOfTime;  // no negative cache: the next attempt asks anew
  return {Fate::Failed, now};
}

}  // namespace splitscope::sim
