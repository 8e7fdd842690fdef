#include "schemes/data/map_operations.hpp"

#include <algorithm>

#include "schemes/data/merge_policy.hpp"

namespace splitscope::schemes {

using base::Endpoint;
using base::Uuid;

MapOperations::MapOperations(const DataContext& context)
    : context_(context),
      timer_(context.environment.timers,
             base::Callback::to<&MapOperations::on_anti_entropy_tick>(*this)) {}

void MapOperations::reset() {
  timer_.disarm();
  is_comparing_ = false;
  incoming_.clear();
}

std::int64_t MapOperations::wall_ms() const {
  const auto since_1970 = context_.environment.clock.wall_now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
  return std::max<std::int64_t>(ms, 0);
}

// --- the owner's part ---

OperationResponse::Status MapOperations::judge(std::uint32_t partition, bool is_write) const {
  if (!context_.membership().is_joined() || !context_.held.is_owner(partition)) {
    return Status::WrongTarget;
  }
  const std::uint32_t members_min = context_.settings().data.split_brain_protection_size;
  if (context_.membership().view().data_member_count() < members_min) return Status::NoQuorum;
  if (is_write && context_.held.is_copying(partition)) return Status::Migrating;
  return Status::Done;
}

OperationResponse MapOperations::put(Endpoint caller, const PutOperation& operation) {
  OperationResponse response;
  response.call = operation.call;
  if (!context_.held.table().is_arranged()) {
    response.status = Status::WrongTarget;
    return response;
  }
  const std::uint32_t partition =
      partition_of(operation.key, context_.held.table().partition_count());
  response.status = judge(partition, true);
  if (response.status != Status::Done) return response;
  const auto before = context_.held.store().peek(partition, operation.key);
  const MapEntry entry{.key = operation.key,
                       .value = operation.value,
                       .updated_at_ms = wall_ms(),
                       .hits = before.has_value() ? before->hits + 1 : 1};
  if (!context_.held.write(partition, entry)) {
    response.status = Status::Full;
    return response;
  }
  response.backup_count = back_up(caller, operation.call, partition, {entry});
  return response;
}

OperationResponse MapOperations::get(const GetOperation& operation) {
  OperationResponse response;
  response.call = operation.call;
  if (!context_.held.table().is_arranged()) {
    response.status = Status::WrongTarget;
    return response;
  }
  const std::uint32_t partition =
      partition_of(operation.key, context_.held.table().partition_count());
  response.status = judge(partition, false);
  if (response.status != Status::Done) return response;
  if (const auto entry = context_.held.read(partition, operation.key)) {
    response.found = true;
    response.value = entry->value;
  }
  return response;
}

OperationResponse MapOperations::merge(Endpoint caller, const MergeOperation& operation) {
  OperationResponse response;
  response.call = operation.call;
  response.status = judge(operation.partition, true);
  if (response.status != Status::Done) return response;
  const MergePolicy policy = context_.settings().data.merge_policy;
  std::vector<MapEntry> written;
  for (const MapEntry& merging : operation.entries) {
    const bool belongs =
        partition_of(merging.key, context_.held.table().partition_count()) == operation.partition;
    if (!belongs) continue;
    const auto existing = context_.held.store().peek(operation.partition, merging.key);
    const auto merged = splitscope::schemes::merge(policy, merging, existing);
    if (!merged.has_value() || merged == existing) continue;
    if (context_.held.write(operation.partition, *merged)) written.push_back(*merged);
  }
  response.value = written.size();
  if (!written.empty()) {
    response.backup_count = back_up(caller, operation.call, operation.partition, written);
  }
  return response;
}

// A backup that cannot be sent is not waited for; anti-entropy brings it up to date.
std::uint32_t MapOperations::back_up(Endpoint caller, std::uint64_t call, std::uint32_t partition,
                                     std::vector<MapEntry> entries) {
  Backup backup;
  backup.call = call;
  backup.caller = caller;
  backup.partition = partition;
  backup.replica_version = context_.held.store().replica_version(partition) - entries.size() + 1;
  backup.entries = std::move(entries);
  std::uint32_t sent = 0;
  const auto holders = context_.held.table().row(partition).members();
  for (const Uuid& holder : holders.subspan(1)) {
    if (context_.send(holder, backup)) ++sent;
  }
  return sent;
}

// --- the backup's part ---

bool MapOperations::on_backup(Endpoint from, const Backup& backup) {
  if (!context_.membership().is_member(from)) return false;
  bool is_held = true;
  std::uint64_t version = backup.replica_version;
  for (const MapEntry& entry : backup.entries) {
    is_held = context_.held.write_backup(backup.partition, entry, version++) && is_held;
  }
  return is_held;
}

void MapOperations::start_anti_entropy() {
  if (std::exchange(is_comparing_, true)) return;
  timer_.arm_after(context_.settings().partition_backup_sync_interval);
}

void MapOperations::on_anti_entropy_tick() {
  timer_.arm_after(context_.settings().partition_backup_sync_interval);
  std::map<Uuid, AntiEntropy> by_backup;
  const PartitionTable& table = context_.held.table();
  for (std::uint32_t i = 0; i < table.partition_count(); ++i) {
    if (!context_.held.is_owner(i)) continue;
    for (const Uuid& backup : table.row(i).members().subspan(1)) {
      by_backup[backup].versions.push_back({i, context_.held.store().replica_version(i)});
    }
  }
  for (const auto& [backup, versions] : by_backup) context_.send(backup, versions);
}

void MapOperations::on_anti_entropy(Endpoint from, const AntiEntropy& message) {
  const Uuid sender = context_.member_at(from);
  ReplicaSyncRequest request;
  for (const ReplicaVersion& entry : message.versions) {
    const bool is_backup = context_.held.is_holder(entry.partition) &&
                           context_.held.table().row(entry.partition).owner() == sender;
    if (!is_backup || context_.held.store().is_in_sync(entry.partition, entry.version)) continue;
    request.partitions.push_back(entry.partition);
  }
  if (!request.partitions.empty()) context_.send(from, request);
}

void MapOperations::on_sync_request(Endpoint from, const ReplicaSyncRequest& request) {
  const Uuid sender = context_.member_at(from);
  for (const std::uint32_t partition : request.partitions) {
    const bool may =
        context_.held.is_owner(partition) && context_.held.table().row(partition).contains(sender);
    if (may) send_partition(from, partition);
  }
}

void MapOperations::send_partition(Endpoint to, std::uint32_t partition) {
  ReplicaSync sync;
  sync.partition = partition;
  sync.replica_version = context_.held.store().replica_version(partition);
  std::optional<std::uint64_t> after;
  do {
    sync.entries = context_.held.store().entries(partition, after, ChunkEntryCountMax);
    sync.is_last = sync.entries.size() < ChunkEntryCountMax;
    if (!context_.send(to, sync)) return;
    if (!sync.entries.empty()) after = sync.entries.back().key;
    ++sync.number;
  } while (!sync.is_last);
}

void MapOperations::on_sync(Endpoint from, const ReplicaSync& sync) {
  const bool is_backup =
      context_.held.is_holder(sync.partition) &&
      context_.held.table().row(sync.partition).owner() == context_.member_at(from);
  const auto is_same = [&](const Incoming& other) { return other.partition == sync.partition; };
  if (!is_backup) {
    std::erase_if(incoming_, is_same);
    return;
  }
  if (sync.number == 0) {
    std::erase_if(incoming_, is_same);
    incoming_.push_back({sync.partition, sync.replica_version, 0, {}});
  }
  const auto found = std::find_if(incoming_.begin(), incoming_.end(), is_same);
  const bool follows = found != incoming_.end() && found->chunk_count == sync.number &&
                       found->replica_version == sync.replica_version &&
                       found->entries.size() + sync.entries.size() <= MapStore::EntryCountMax;
  if (!follows) {
    std::erase_if(incoming_, is_same);
    return;
  }
  found->entries.insert(found->entries.end(), sync.entries.begin(), sync.entries.end());
  ++found->chunk_count;
  if (!sync.is_last) return;
  context_.held.replace(sync.partition, found->entries, sync.replica_version);
  incoming_.erase(found);
}

}  // namespace splitscope::schemes
