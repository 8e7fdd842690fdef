#include "scenarios/kit/client_ledger.hpp"

#include <algorithm>

#include "engine/base/wide.hpp"

namespace splitscope::scenarios {

using base::Instant;

std::uint64_t ClientMetrics::availability_ppm() const {
  if (requests == 0) return 1'000'000;
  return static_cast<std::uint64_t>(static_cast<base::Uint128>(answered) * 1'000'000 / requests);
}

void ClientLedger::begin_window(Instant now) {
  window_begin_ = now;
  metrics_.requests = metrics_.answered = metrics_.stale_reads = metrics_.writes = 0;
  forget_gaps();
}

std::uint64_t ClientLedger::begin_write(std::uint64_t key, Instant now) {
  auto& writes = writes_[key];
  if (writes.size() >= WritesKeptMax) writes.erase(writes.begin());
  writes[++last_value_] = Write{now, std::nullopt};
  return last_value_;
}

void ClientLedger::acknowledge(std::uint64_t key, std::uint64_t value, Instant now) {
  auto& writes = writes_[key];
  const auto found = writes.find(value);
  if (found == writes.end()) return;
  found->second.acknowledged = now;
  if (found->second.begun >= window_begin_) ++metrics_.writes;
}

bool ClientLedger::is_stale(std::uint64_t key, std::optional<std::uint64_t> value,
                            Instant read_begun) const {
  const auto of_key = writes_.find(key);
  if (of_key == writes_.end()) return false;
  const auto& writes = of_key->second;
  // When the write that was read was over: whatever began later is newer.
  Instant over_at = base::RunStart;
  bool was_written = false;
  if (value.has_value()) {
    if (const auto read = writes.find(*value); read != writes.end()) {
      if (!read->second.acknowledged.has_value()) return false;
      over_at = *read->second.acknowledged;
      was_written = true;
    }
  }
  return std::any_of(writes.begin(), writes.end(), [&](const auto& entry) {
    const Write& other = entry.second;
    const bool was_done = other.acknowledged.has_value() && *other.acknowledged < read_begun;
    return was_done && (!was_written || other.begun > over_at);
  });
}

void ClientLedger::note(Gap& gap, const Request& request, RequestEnd end, Instant now) {
  if (end == RequestEnd::Answered) {
    gap.longest = std::max(gap.longest, now - request.begun);
    auto& answered = gap.answered;
    answered.insert(std::upper_bound(answered.begin(), answered.end(), request.begun),
                    request.begun);
    if (answered.size() > AnsweredKeptMax) answered.erase(answered.begin());
  } else if (!gap.since.has_value() || request.begun < *gap.since) {
    gap.since = request.begun;
  }
  if (!gap.since.has_value()) return;
  // Requests overlap: a good one that began later may have ended earlier.
  const auto next = std::upper_bound(gap.answered.begin(), gap.answered.end(), *gap.since);
  if (next == gap.answered.end()) return;
  gap.longest = std::max(gap.longest, *next - *gap.since);
  gap.since.reset();
}

void ClientLedger::end_request(const Request& request, RequestEnd end, Instant now) {
  note(gaps_[{request.client, request.key}], request, end, now);
  if (request.begun < window_begin_) return;
  ++metrics_.requests;
  if (end == RequestEnd::Answered) ++metrics_.answered;
  if (end == RequestEnd::Stale) ++metrics_.stale_reads;
}

base::Duration ClientLedger::gap_of(base::NodeId client, Instant now) const {
  base::Duration longest{};
  for (const auto& [of, gap] : gaps_) {
    if (of.first != client) continue;
    const base::Duration open = gap.since.has_value() ? now - *gap.since : base::Duration{};
    longest = std::max({longest, gap.longest, open});
  }
  return longest;
}

void ClientLedger::forget_gaps() {
  gaps_.clear();
}

ClientMetrics ClientLedger::finish(const HeldValues& held, Instant now) const {
  ClientMetrics result = metrics_;
  result.entries = entries_.size();
  result.lost_writes = lost_writes(held);
  for (const auto& [of, gap] : gaps_) {
    const base::Duration open = gap.since.has_value() ? now - *gap.since : base::Duration{};
    result.gap_max = std::max({result.gap_max, gap.longest, open});
  }
  return result;
}

std::uint64_t ClientLedger::lost_writes(const HeldValues& held) const {
  std::uint64_t lost = 0;
  for (const std::uint64_t key : entries_) {
    if (held.values_of(key).empty()) ++lost;
  }
  for (const auto& [key, writes] : writes_) {
    // Of what is there the newest counts: acknowledged writes that began after it was over are
    // gone.
    const std::vector<std::uint64_t> values = held.values_of(key);
    std::optional<Instant> over_at = base::RunStart;
    for (const std::uint64_t value : values) {
      const auto found = writes.find(value);
      if (found == writes.end() || !over_at.has_value()) continue;
      // One that nobody was told of may be as new as any.
      const auto& acknowledged = found->second.acknowledged;
      over_at = acknowledged.has_value() ? std::optional(std::max(*over_at, *acknowledged))
                                         : std::nullopt;
    }
    if (!over_at.has_value()) continue;
    for (const auto& [value, write] : writes) {
      if (write.acknowledged.has_value() && write.begun > *over_at) ++lost;
    }
  }
  return lost;
}

}  // namespace splitscope::scenarios
