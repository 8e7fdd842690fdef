// Operations that this member's clients, or its merge, asked for, until they are answered: sent to
// the partition's owner, asked anew when that fails, acknowledged by the backups. After Hazelcast's
// Invocation, InvocationMonitor and InvocationRegistry.
//
// An owner's answer counts when its backups have acknowledged too; a silent backup is waited for no
// longer than operation.backup.timeout.millis. An owner that is silent is waited for until it
// leaves the list, or until operation.call.timeout.millis.
#pragma once

#include <map>
#include <vector>

#include "schemes/data/data_access.hpp"
#include "schemes/data/map_operations.hpp"
#include "schemes/data/partition_manager.hpp"

namespace splitscope::schemes {

class Invocations final {
 public:
  // Operations under way at once; more are refused.
  static constexpr std::size_t PendingCountMax = 100'000;
  // The first tries follow each other at once, the next after 1, 2, 4... ms up to the retry pause.
  static constexpr std::uint32_t FastTryCount = 5;

  // The references outlive *this.
  Invocations(const DataContext& context, PartitionManager& partitions, MapOperations& operations);
  Invocations(const Invocations&) = delete;
  Invocations& operator=(const Invocations&) = delete;

  OperationId put(std::uint64_t key, std::uint64_t value, OperationListener& listener);
  OperationId get(std::uint64_t key, OperationListener& listener);
  OperationId merge(std::uint32_t partition, std::vector<MapEntry> entries,
                    OperationListener& listener);

  void on_response(base::Endpoint from, const OperationResponse& response);
  void on_backup_ack(const BackupAck& ack);
  // Members may have left.
  void on_view_changed();
  // All are asked anew, in the cluster that is joined next.
  void on_left_cluster();
  void stop();
  std::size_t pending_count() const { return pending_.size(); }

 private:
  enum class Kind : std::uint8_t { Put, Get, Merge };
  enum class State : std::uint8_t {
    Retrying,  // until `due`
    Asked,     // the owner, at `target`
    Answered,  // by the owner; backups are waited for until `due`
    Finished,  // the listener is told in the next event
  };
  struct Pending {
    Kind kind = Kind::Put;
    State state = State::Retrying;
    OperationListener* listener = nullptr;
    std::uint64_t key = 0;
    std::uint64_t value = 0;
    std::uint32_t partition = 0;  // of a merge
    std::vector<MapEntry> entries;
    base::Uuid owner;  // who was asked
    base::Endpoint target = base::NoEndpoint;
    base::Instant due{};
    base::Instant deadline{};
    std::uint32_t try_count = 0;
    std::uint32_t acks = 0;
    std::uint32_t acks_expected = 0;
    OperationResult result;
  };
  using Entry = std::map<std::uint64_t, Pending>::value_type;

  // What the messages of one try are numbered with, so that late answers to an earlier one are told
  // apart.
  static std::uint64_t call_of(const Entry& entry);
  Entry* find(std::uint64_t call);
  OperationId begin(Pending pending);
  void invoke(Entry& entry);
  void ask(Entry& entry);
  bool has_left(const base::Uuid& member) const {
    return !context_.membership().view().contains(member);
  }
  OperationResponse carry_out(const Entry& entry);
  void retry(Entry& entry);
  void answered(Entry& entry, const OperationResponse& response);
  void finish(Entry& entry, OperationResult::Outcome outcome);
  void look_at(Entry& entry);
  base::Instant next_moment(const Pending& pending) const;
  void arm(const Pending& pending);
  void on_timer();

  DataContext context_;
  PartitionManager& partitions_;
  MapOperations& operations_;
  env::Timer timer_;
  base::Instant armed_for_ = base::EndOfTime;
  std::uint64_t last_operation_ = 0;
  std::map<std::uint64_t, Pending> pending_;  // by operation
};

}  // namespace splitscope::schemes
