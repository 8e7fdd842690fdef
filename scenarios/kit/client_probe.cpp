#include "scenarios/kit/client_probe.hpp"

#include <algorithm>

#include "engine/base/prng.hpp"

namespace splitscope::scenarios {

using schemes::OperationId;
using schemes::OperationResult;
using RequestEnd = ClientLedger::RequestEnd;

namespace {

// Keys that are tried to find one for each owner, as the recordings' harness did.
constexpr std::uint64_t KeyTriesMax = 5000;

std::uint64_t probe_key(std::uint64_t number) {
  return base::derive_seed(0, "probe", number);
}
std::uint64_t entry_key(std::uint64_t number) {
  return base::derive_seed(0, "entry", number);
}

}  // namespace

ClientProbe::ClientProbe(env::Environment environment, const Member& member, const ProbePlan& plan,
                         ClientLedger& ledger, base::Duration first_look)
    : environment_(environment),
      member_(member),
      plan_(plan),
      ledger_(ledger),
      tick_timer_(environment.timers, base::Callback::to<&ClientProbe::on_tick>(*this)),
      limit_timer_(environment.timers, base::Callback::to<&ClientProbe::on_limit>(*this)) {
  tick_timer_.arm_after(first_look);
}

bool ClientProbe::is_ready() {
  if (!member_.inspection.is_started() || !member_.data.is_arranged()) return false;
  if (ledger_.has_begun()) return true;
  std::vector<ClientLedger::ProbedKey> keys = choose_keys();
  if (keys.empty()) return false;
  ledger_.set_keys(std::move(keys));
  write_entries();
  return true;
}

std::vector<ClientLedger::ProbedKey> ClientProbe::choose_keys() {
  std::vector<ClientLedger::ProbedKey> keys;
  const std::size_t wanted = member_.inspection.view().data_member_count();
  for (std::uint64_t number = 0; number < KeyTriesMax && keys.size() < wanted; ++number) {
    const std::uint64_t key = probe_key(number);
    const auto owner = member_.data.owner_of(key);
    if (!owner.has_value()) continue;
    const bool is_new = std::none_of(keys.begin(), keys.end(),
                                     [&](const auto& other) { return other.owner == *owner; });
    if (is_new) keys.push_back({key, *owner});
  }
  return keys;
}

void ClientProbe::on_tick() {
  if (!has_begun_) {
    if (!is_ready()) return tick_timer_.arm_after(ReadyLook);
    has_begun_ = true;
    next_tick_ = environment_.clock.now();
  }
  for (const auto& probed : ledger_.keys()) begin_request(probed.key);
  // Ticks that a pause swallowed are not made up for.
  next_tick_ = std::max(next_tick_ + plan_.interval, environment_.clock.now());
  tick_timer_.arm_at(next_tick_);
  arm_limit();
}

void ClientProbe::begin_request(std::uint64_t key) {
  const base::Instant now = environment_.clock.now();
  const ClientLedger::Request request{member_.node, key, now};
  if (running_.size() >= RequestCountMax) {
    return ledger_.end_request(request, RequestEnd::Failed, now);
  }
  const std::uint64_t value = ledger_.begin_write(key, now);
  const OperationId operation = member_.data.put(key, value, *this);
  running_.push_back({operation, Step::Writing, request, value, now, now + plan_.limit});
}

void ClientProbe::write_entries() {
  const base::Instant now = environment_.clock.now();
  for (std::uint32_t number = 0; number < plan_.entries; ++number) {
    const std::uint64_t key = entry_key(number);
    const OperationId operation = member_.data.put(key, number, *this);
    const ClientLedger::Request request{member_.node, key, now};
    running_.push_back({operation, Step::WritingEntry, request, number, now, now + EntryLimit});
  }
  arm_limit();
}

void ClientProbe::on_operation(OperationId operation, const OperationResult& result) {
  const auto found = std::find_if(running_.begin(), running_.end(), [&](const Running& running) {
    return running.operation == operation;
  });
  if (found == running_.end()) return;  // its limit is over
  const Running running = *found;
  running_.erase(found);
  const bool is_done = result.outcome == OperationResult::Outcome::Done;
  if (running.step == Step::WritingEntry) {
    if (is_done) ledger_.acknowledge_entry(running.request.key);
    return;
  }
  if (!is_done) return end(running, RequestEnd::Failed);
  if (running.step == Step::Writing) return read_back(running);
  const bool is_stale = ledger_.is_stale(running.request.key, result.value, running.step_begun);
  end(running, is_stale ? RequestEnd::Stale : RequestEnd::Answered);
}

void ClientProbe::read_back(const Running& written) {
  const base::Instant now = environment_.clock.now();
  ledger_.acknowledge(written.request.key, written.value, now);
  Running reading = written;
  reading.operation = member_.data.get(written.request.key, *this);
  reading.step = Step::Reading;
  reading.step_begun = now;
  reading.due = now + plan_.limit;
  running_.push_back(reading);
  arm_limit();
}

void ClientProbe::end(const Running& running, RequestEnd end) {
  ledger_.end_request(running.request, end, environment_.clock.now());
}

void ClientProbe::on_limit() {
  const base::Instant now = environment_.clock.now();
  for (const Running& running : running_) {
    if (running.due <= now && running.step != Step::WritingEntry) end(running, RequestEnd::Failed);
  }
  std::erase_if(running_, [now](const Running& running) { return running.due <= now; });
  arm_limit();
}

void ClientProbe::arm_limit() {
  base::Instant next = base::EndOfTime;
  for (const Running& running : running_) next = std::min(next, running.due);
  if (next == base::EndOfTime) return limit_timer_.disarm();
  limit_timer_.arm_at(next);
}

}  // namespace splitscope::scenarios
