#include "schemes/data/data_service.hpp"

#include "engine/base/assert.hpp"

namespace splitscope::schemes {

using base::Endpoint;
using base::Message;

struct DataService::Parts {
  Parts(const DataContext& data_context, PartitionListener& listener)
      : context(data_context),
        partitions(context, listener),
        operations(context),
        invocations(context, partitions, operations),
        merge(context, invocations) {}
  DataContext context;
  PartitionManager partitions;
  MapOperations operations;
  Invocations invocations;
  DataMerge merge;
};

DataService::DataService(env::Environment environment) : environment_(environment) {}

DataService::~DataService() = default;

void DataService::start(MemberServiceHost& host) {
  SPLITSCOPE_ASSERT(parts_ == nullptr);
  held_.reset(host.service_membership().uuid());
  parts_ = std::make_unique<Parts>(DataContext{environment_, host, held_},
                                   static_cast<PartitionListener&>(*this));
}

void DataService::stop() {
  if (parts_ == nullptr) return;
  parts_->partitions.stop();
  parts_->partitions.mover().reset();
  parts_->operations.reset();
  parts_->invocations.stop();
  parts_->merge.stop();
}

void DataService::on_view_changed() {
  if (parts_ == nullptr) return;
  // A member that merged is another one.
  const base::Uuid self = parts_->context.membership().uuid();
  if (held_.self() != self) held_.reset(self);
  parts_->partitions.on_view_changed();
  parts_->invocations.on_view_changed();
}

void DataService::on_leaving_to_merge() {
  if (parts_ == nullptr) return;
  parts_->merge.keep();
  parts_->partitions.reset();
  parts_->operations.reset();
  parts_->invocations.on_left_cluster();
  held_.reset({});
}

void DataService::on_merged() {
  if (parts_ != nullptr) parts_->merge.bring();
}

bool DataService::drain(const base::Uuid& member) {
  return parts_ == nullptr || parts_->partitions.drain(member);
}

void DataService::on_partitions_changed() {
  parts_->operations.start_anti_entropy();
  parts_->merge.on_partitions_changed();
}

// --- messages ---

namespace {

// Decodes one message and hands it on; false if it is malformed.
template <typename Payload, typename Action>
bool with(const Message& frame, Action action) {
  Payload payload;
  if (!decode(frame, payload)) return false;
  action(payload);
  return true;
}

}  // namespace

bool DataService::on_message(Endpoint from, MessageType type, const Message& frame) {
  if (parts_ == nullptr) return true;
  switch (type) {
    case MessageType::AssignPartitions:
    case MessageType::PartitionState:
    case MessageType::FetchPartitionState:
    case MessageType::PartitionStateAnswer:
    case MessageType::MigrationRequest:
    case MessageType::Migration:
    case MessageType::MigrationAnswer:
      return on_partition_message(from, type, frame);
    case MessageType::AntiEntropy:
    case MessageType::ReplicaSyncRequest:
    case MessageType::ReplicaSync:
    case MessageType::Backup:
    case MessageType::BackupAck:
      return on_replica_message(from, type, frame);
    default:
      return on_operation_message(from, type, frame);
  }
}

bool DataService::on_partition_message(Endpoint from, MessageType type, const Message& frame) {
  PartitionManager& partitions = parts_->partitions;
  switch (type) {
    case MessageType::AssignPartitions:
      return with<AssignPartitions>(frame, [&](const auto&) { partitions.on_assign(from); });
    case MessageType::PartitionState:
      return with<PartitionState>(frame,
                                  [&](const auto& message) { partitions.on_state(from, message); });
    case MessageType::FetchPartitionState:
      return with<FetchPartitionState>(
          frame, [&](const auto& message) { partitions.on_fetch(from, message); });
    case MessageType::PartitionStateAnswer:
      return with<PartitionStateAnswer>(
          frame, [&](const auto& message) { partitions.on_fetch_answer(from, message); });
    case MessageType::MigrationRequest:
      return with<MigrationRequest>(
          frame, [&](const auto& message) { partitions.on_migration_request(from, message); });
    case MessageType::Migration:
      return with<MigrationChunk>(
          frame, [&](const auto& message) { partitions.mover().on_chunk(from, message); });
    case MessageType::MigrationAnswer:
      return with<MigrationAnswer>(
          frame, [&](const auto& message) { partitions.on_migration_answer(from, message); });
    default:
      return false;
  }
}

bool DataService::on_replica_message(Endpoint from, MessageType type, const Message& frame) {
  MapOperations& operations = parts_->operations;
  switch (type) {
    case MessageType::AntiEntropy:
      return with<AntiEntropy>(
          frame, [&](const auto& message) { operations.on_anti_entropy(from, message); });
    case MessageType::ReplicaSyncRequest:
      return with<ReplicaSyncRequest>(
          frame, [&](const auto& message) { operations.on_sync_request(from, message); });
    case MessageType::ReplicaSync:
      return with<ReplicaSync>(frame,
                               [&](const auto& message) { operations.on_sync(from, message); });
    case MessageType::Backup:
      return with<Backup>(frame, [&](const auto& message) {
        if (operations.on_backup(from, message)) acknowledge(message);
      });
    case MessageType::BackupAck:
      return with<BackupAck>(
          frame, [&](const auto& message) { parts_->invocations.on_backup_ack(message); });
    default:
      return false;
  }
}

void DataService::acknowledge(const Backup& backup) {
  const DataContext& context = parts_->context;
  const BackupAck ack{backup.call};
  // The backup may lie with the caller itself.
  if (backup.caller == context.membership().self()) return parts_->invocations.on_backup_ack(ack);
  ConnectionManager& connections = context.host.service_connections();
  connections.send(backup.caller, connections.encoder().encode(ack), Delivery::Queued);
}

bool DataService::on_operation_message(Endpoint from, MessageType type, const Message& frame) {
  MapOperations& operations = parts_->operations;
  const DataContext& context = parts_->context;
  switch (type) {
    case MessageType::Put:
      return with<PutOperation>(
          frame, [&](const auto& message) { context.send(from, operations.put(from, message)); });
    case MessageType::Get:
      return with<GetOperation>(
          frame, [&](const auto& message) { context.send(from, operations.get(message)); });
    case MessageType::Merge:
      return with<MergeOperation>(
          frame, [&](const auto& message) { context.send(from, operations.merge(from, message)); });
    case MessageType::OperationResponse:
      return with<OperationResponse>(
          frame, [&](const auto& message) { parts_->invocations.on_response(from, message); });
    default:
      return false;
  }
}

// --- for clients ---

OperationId DataService::put(std::uint64_t key, std::uint64_t value, OperationListener& listener) {
  SPLITSCOPE_ASSERT(parts_ != nullptr);
  return parts_->invocations.put(key, value, listener);
}

OperationId DataService::get(std::uint64_t key, OperationListener& listener) {
  SPLITSCOPE_ASSERT(parts_ != nullptr);
  return parts_->invocations.get(key, listener);
}

bool DataService::is_arranged() {
  if (parts_ == nullptr || !parts_->context.membership().is_joined()) return false;
  return parts_->partitions.want_table();
}

std::optional<Endpoint> DataService::owner_of(std::uint64_t key) {
  if (!is_arranged()) return std::nullopt;
  const std::uint32_t partition = partition_of(key, held_.table().partition_count());
  const Endpoint owner = parts_->context.endpoint_of(held_.table().row(partition).owner());
  if (owner == base::NoEndpoint) return std::nullopt;
  return owner;
}

std::size_t DataService::owned_entry_count() const {
  return held_.owned_entry_count();
}

std::uint32_t DataService::owned_partition_count() const {
  return held_.owned_partition_count();
}

std::optional<MapEntry> DataService::owned_entry(std::uint64_t key) const {
  if (!held_.table().is_arranged()) return std::nullopt;
  const std::uint32_t partition = partition_of(key, held_.table().partition_count());
  if (!held_.is_owner(partition)) return std::nullopt;
  return held_.store().peek(partition, key);
}

}  // namespace splitscope::schemes
