#include "schemes/data/invocations.hpp"

#include <algorithm>

namespace splitscope::schemes {

using base::Endpoint;
using base::Instant;
using Status = OperationResponse::Status;
using Outcome = OperationResult::Outcome;

namespace {

constexpr std::uint64_t TryCountMax = 1024;

}  // namespace

Invocations::Invocations(const DataContext& context, PartitionManager& partitions,
                         MapOperations& operations)
    : context_(context),
      partitions_(partitions),
      operations_(operations),
      timer_(context.environment.timers, base::Callback::to<&Invocations::on_timer>(*this)) {}

void Invocations::stop() {
  timer_.disarm();
  armed_for_ = base::EndOfTime;
  pending_.clear();
}

OperationId Invocations::put(std::uint64_t key, std::uint64_t value, OperationListener& listener) {
  Pending pending;
  pending.kind = Kind::Put;
  pending.listener = &listener;
  pending.key = key;
  pending.value = value;
  return begin(std::move(pending));
}

OperationId Invocations::get(std::uint64_t key, OperationListener& listener) {
  Pending pending;
  pending.kind = Kind::Get;
  pending.listener = &listener;
  pending.key = key;
  return begin(std::move(pending));
}

OperationId Invocations::merge(std::uint32_t partition, std::vector<MapEntry> entries,
                               OperationListener& listener) {
  Pending pending;
  pending.kind = Kind::Merge;
  pending.listener = &listener;
  pending.partition = partition;
  pending.entries = std::move(entries);
  return begin(std::move(pending));
}

std::uint64_t Invocations::call_of(const Entry& entry) {
  return entry.first * TryCountMax + entry.second.try_count % TryCountMax;
}

Invocations::Entry* Invocations::find(std::uint64_t call) {
  const auto found = pending_.find(call / TryCountMax);
  if (found == pending_.end() || call_of(*found) != call) return nullptr;
  return &*found;
}

OperationId Invocations::begin(Pending pending) {
  const std::uint64_t number = ++last_operation_;
  pending.deadline = context_.now() + context_.settings().operation_call_timeout;
  const bool is_full = pending_.size() >= PendingCountMax;
  Entry& entry = *pending_.emplace(number, std::move(pending)).first;
  if (is_full) {
    finish(entry, Outcome::Refused);
  } else {
    invoke(entry);
  }
  return {number};
}

void Invocations::invoke(Entry& entry) {
  Pending& pending = entry.second;
  ++pending.try_count;
  pending.acks = 0;
  pending.acks_expected = 0;
  if (!context_.membership().is_joined() || !partitions_.want_table()) return retry(entry);
  const PartitionTable& table = context_.held.table();
  const std::uint32_t partition = pending.kind == Kind::Merge
                                      ? pending.partition
                                      : partition_of(pending.key, table.partition_count());
  if (partition >= table.partition_count()) return finish(entry, Outcome::Refused);
  pending.owner = table.row(partition).owner();
  pending.target = context_.endpoint_of(pending.owner);
  if (pending.target == base::NoEndpoint) return retry(entry);
  pending.state = State::Asked;
  pending.due = pending.deadline;
  if (context_.is_self(pending.owner)) return answered(entry, carry_out(entry));
  ask(entry);
}

void Invocations::ask(Entry& entry) {
  const std::uint64_t call = call_of(entry);
  const Pending& pending = entry.second;
  bool is_sent = false;
  switch (pending.kind) {
    case Kind::Put:
      is_sent = context_.send(pending.target, PutOperation{call, pending.key, pending.value});
      break;
    case Kind::Get:
      is_sent = context_.send(pending.target, GetOperation{call, pending.key});
      break;
    case Kind::Merge:
      is_sent =
          context_.send(pending.target, MergeOperation{call, pending.partition, pending.entries});
      break;
  }
  if (!is_sent) return retry(entry);
  arm(pending);
}

OperationResponse Invocations::carry_out(const Entry& entry) {
  const std::uint64_t call = call_of(entry);
  const Pending& pending = entry.second;
  const Endpoint self = context_.membership().self();
  switch (pending.kind) {
    case Kind::Put:
      return operations_.put(self, {call, pending.key, pending.value});
    case Kind::Get:
      return operations_.get({call, pending.key});
    case Kind::Merge:
      return operations_.merge(self, {call, pending.partition, pending.entries});
  }
  return {};
}

void Invocations::retry(Entry& entry) {
  Pending& pending = entry.second;
  if (pending.try_count > context_.settings().invocation_max_retry_count) {
    return finish(entry, Outcome::TimedOut);
  }
  pending.state = State::Retrying;
  const base::Duration pause_max = context_.settings().invocation_retry_pause;
  base::Duration pause{};
  if (pending.try_count >= FastTryCount) {
    const std::uint32_t doublings = std::min(pending.try_count - FastTryCount, 20u);
    pause = std::min<base::Duration>(std::chrono::milliseconds{1 << doublings}, pause_max);
  }
  pending.due = context_.now() + pause;
  arm(pending);
}

void Invocations::on_response(Endpoint from, const OperationResponse& response) {
  Entry* found = find(response.call);
  if (found == nullptr) return;
  const Pending& pending = found->second;
  if (pending.state != State::Asked || pending.target != from) return;
  answered(*found, response);
}

void Invocations::answered(Entry& entry, const OperationResponse& response) {
  Pending& pending = entry.second;
  switch (response.status) {
    case Status::WrongTarget:
    case Status::Migrating:
      return retry(entry);
    case Status::NoQuorum:
      return finish(entry, Outcome::NoQuorum);
    case Status::Full:
      return finish(entry, Outcome::Refused);
    case Status::Done:
      break;
  }
  pending.result.value.reset();
  if (response.found || pending.kind == Kind::Merge) pending.result.value = response.value;
  pending.acks_expected = response.backup_count;
  if (pending.acks >= pending.acks_expected) return finish(entry, Outcome::Done);
  pending.state = State::Answered;
  pending.due = context_.now() + context_.settings().operation_backup_timeout;
  arm(pending);
}

void Invocations::on_backup_ack(const BackupAck& ack) {
  Entry* found = find(ack.call);
  if (found == nullptr) return;
  Pending& pending = found->second;
  const bool is_waited_for = pending.state == State::Asked || pending.state == State::Answered;
  if (!is_waited_for) return;
  // It may come before the owner's answer.
  ++pending.acks;
  if (pending.state == State::Answered && pending.acks >= pending.acks_expected) {
    finish(*found, Outcome::Done);
  }
}

void Invocations::finish(Entry& entry, Outcome outcome) {
  Pending& pending = entry.second;
  pending.state = State::Finished;
  pending.result.outcome = outcome;
  pending.due = context_.now();
  arm(pending);
}

void Invocations::on_view_changed() {
  const base::Duration pause = context_.settings().behaviour.member_left_pause;
  for (Entry& entry : pending_) {
    Pending& pending = entry.second;
    if (pending.state != State::Asked || !has_left(pending.owner)) continue;
    pending.due = std::min(pending.due, context_.now() + pause);
    arm(pending);
  }
}

void Invocations::on_left_cluster() {
  for (Entry& entry : pending_) {
    const State state = entry.second.state;
    if (state == State::Asked || state == State::Answered) retry(entry);
  }
}

// What its moment has come for.
void Invocations::look_at(Entry& entry) {
  Pending& pending = entry.second;
  const Instant now = context_.now();
  switch (pending.state) {
    case State::Retrying:
      if (pending.deadline <= now) return finish(entry, Outcome::TimedOut);
      return invoke(entry);
    case State::Asked:
      if (pending.deadline <= now) return finish(entry, Outcome::TimedOut);
      return invoke(entry);  // the target has left the list
    case State::Answered: {
      // Its owner is gone too: nobody may have the write.
      if (has_left(pending.owner)) return retry(entry);
      pending.result.is_acknowledged = false;
      return finish(entry, Outcome::Done);
    }
    case State::Finished:
      return;
  }
}

Instant Invocations::next_moment(const Pending& pending) const {
  return pending.state == State::Finished ? pending.due : std::min(pending.due, pending.deadline);
}

void Invocations::arm(const Pending& pending) {
  const Instant at = next_moment(pending);
  if (at >= armed_for_) return;
  armed_for_ = at;
  timer_.arm_at(at);
}

void Invocations::on_timer() {
  armed_for_ = base::EndOfTime;
  const Instant now = context_.now();
  std::vector<std::uint64_t> due;
  for (const auto& [number, pending] : pending_) {
    if (next_moment(pending) <= now) due.push_back(number);
  }
  for (const std::uint64_t number : due) {
    const auto found = pending_.find(number);
    if (found == pending_.end()) continue;
    if (found->second.state != State::Finished) {
      look_at(*found);
      continue;
    }
    // The listener may begin new operations.
    const Pending finished = std::move(found->second);
    pending_.erase(found);
    finished.listener->on_operation({number}, finished.result);
  }
  for (const auto& [number, pending] : pending_) arm(pending);
}

}  // namespace splitscope::schemes
