#include "schemes/data/partition_mover.hpp"

#include <algorithm>

namespace splitscope::schemes {

using base::Endpoint;

PartitionMover::PartitionMover(const DataContext& context, MoverHost& host)
    : context_(context),
      host_(host),
      timer_(context.environment.timers, base::Callback::to<&PartitionMover::on_timer>(*this)) {}

void PartitionMover::reset() {
  copies_.clear();
  timer_.disarm();
}

bool PartitionMover::may_copy(const MigrationRequest& request) const {
  const MigrationId& id = request.id;
  return context_.held.is_owner(id.partition) &&
         context_.held.table().row_version(id.partition) == id.row_version &&
         context_.endpoint_of(request.destination) != base::NoEndpoint &&
         copies_.size() < CopyCountMax;
}

void PartitionMover::on_request(const MigrationRequest& request) {
  if (!may_copy(request)) return end({request.id, request.destination, false});
  const bool is_known = std::any_of(copies_.begin(), copies_.end(), [&](const Copy& copy) {
    return copy.id == request.id && copy.destination == request.destination;
  });
  if (is_known) return;
  context_.held.begin_copying(request.id.partition);
  // One replica of a partition after the other: recorded moves are counted and timed so.
  base::Instant begin = context_.now();
  for (const Copy& copy : copies_) {
    if (copy.id == request.id && copy.due != base::EndOfTime) begin = std::max(begin, copy.due);
  }
  const base::Instant due = begin + copying_time();
  copies_.push_back({request.id, request.destination, due, 0, std::nullopt});
  arm();
}

base::Duration PartitionMover::copying_time() {
  const Behaviour& behaviour = context_.settings().behaviour;
  base::Duration least = behaviour.migration_time_min;
  base::Duration most = behaviour.migration_time_max;
  if (const auto given = context_.settings().data.migration_time) {
    least = *given * 2 / 3;
    most = *given * 4 / 3;
  }
  return context_.environment.random.between(least, most);
}

void PartitionMover::send_chunk(Copy& copy) {
  const MapStore& store = context_.held.store();
  MigrationChunk chunk;
  chunk.id = copy.id;
  chunk.replica_version = store.replica_version(copy.id.partition);
  chunk.number = copy.chunk_count++;
  chunk.entries = store.entries(copy.id.partition, copy.last_key, ChunkEntryCountMax);
  if (!chunk.entries.empty()) copy.last_key = chunk.entries.back().key;
  chunk.is_last = chunk.entries.size() < ChunkEntryCountMax;
  // The next chunk goes in an event of its own, so that others may go in between.
  copy.due = chunk.is_last ? base::EndOfTime : context_.now();
  if (!context_.send(copy.destination, chunk)) end({copy.id, copy.destination, false});
}

void PartitionMover::on_timer() {
  const base::Instant now = context_.now();
  const auto due = std::find_if(copies_.begin(), copies_.end(),
                                [now](const Copy& copy) { return copy.due <= now; });
  if (due != copies_.end()) {
    Copy copy = *due;
    send_chunk(copy);
    const auto still = std::find_if(copies_.begin(), copies_.end(), [&](const Copy& other) {
      return other.id == copy.id && other.destination == copy.destination;
    });
    if (still != copies_.end()) *still = copy;
  }
  arm();
}

void PartitionMover::arm() {
  base::Instant next = base::EndOfTime;
  for (const Copy& copy : copies_) next = std::min(next, copy.due);
  if (next == base::EndOfTime) return timer_.disarm();
  timer_.arm_at(next);
}

void PartitionMover::on_chunk(Endpoint from, const MigrationChunk& chunk) {
  const std::uint32_t partition = chunk.id.partition;
  const bool has_row = partition < context_.held.table().partition_count();
  const bool is_from_owner =
      has_row && context_.member_at(from) == context_.held.table().row(partition).owner() &&
      context_.held.table().row_version(partition) <= chunk.id.row_version;
  const bool fits = is_from_owner && context_.held.stage(chunk);
  if (fits && !chunk.is_last) return;
  context_.send(from, MigrationAnswer{chunk.id, context_.self(), fits});
}

void PartitionMover::on_answer(Endpoint from, const MigrationAnswer& answer) {
  if (context_.member_at(from) != answer.destination) return;
  const bool is_ours = std::any_of(copies_.begin(), copies_.end(), [&](const Copy& copy) {
    return copy.id == answer.id && copy.destination == answer.destination;
  });
  if (is_ours) end(answer);
}

void PartitionMover::end(const MigrationAnswer& answer) {
  std::erase_if(copies_, [&](const Copy& copy) {
    return copy.id == answer.id && copy.destination == answer.destination;
  });
  if (context_.is_master()) return host_.on_copied(answer);
  context_.send(context_.membership().master(), answer);
}

void PartitionMover::on_rows_changed() {
  std::erase_if(copies_, [this](const Copy& copy) {
    return context_.held.table().row_version(copy.id.partition) != copy.id.row_version;
  });
}

}  // namespace splitscope::schemes
