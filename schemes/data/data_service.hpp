// What one member holds of the cluster's data: the service on top of a ClusterNode. It owns the
// parts, hands each message to the one it belongs to, and decides nothing itself.
//
// Data that nobody asks for costs nothing: no table, no timer, no message.
#pragma once

#include <memory>

#include "schemes/data/data_merge.hpp"

namespace splitscope::schemes {

class DataService final : public MemberService, public DataAccess, private PartitionListener {
 public:
  // `environment` outlives *this.
  explicit DataService(env::Environment environment);
  DataService(const DataService&) = delete;
  DataService& operator=(const DataService&) = delete;
  ~DataService() override;

  // MemberService
  void start(MemberServiceHost& host) override;
  bool on_message(base::Endpoint from, MessageType type, const base::Message& frame) override;
  void on_view_changed() override;
  void on_leaving_to_merge() override;
  void on_merged() override;
  bool drain(const base::Uuid& member) override;
  void stop() override;

  // DataAccess; before start() operations are refused by an assertion.
  OperationId put(std::uint64_t key, std::uint64_t value, OperationListener& listener) override;
  OperationId get(std::uint64_t key, OperationListener& listener) override;
  std::optional<base::Endpoint> owner_of(std::uint64_t key) override;
  bool is_arranged() override;
  bool is_started() const override { return parts_ != nullptr; }
  std::size_t owned_entry_count() const override;
  std::uint32_t owned_partition_count() const override;
  std::optional<MapEntry> owned_entry(std::uint64_t key) const override;

 private:
  struct Parts;
  void on_partitions_changed() override;
  bool on_partition_message(base::Endpoint from, MessageType type, const base::Message& frame);
  bool on_replica_message(base::Endpoint from, MessageType type, const base::Message& frame);
  void acknowledge(const Backup& backup);
  bool on_operation_message(base::Endpoint from, MessageType type, const base::Message& frame);

  env::Environment environment_;
  HeldPartitions held_;
  std::unique_ptr<Parts> parts_;  // from start() on
};

}  // namespace splitscope::schemes
