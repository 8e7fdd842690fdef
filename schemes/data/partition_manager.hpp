// Who holds which partition, in this member's cluster. The master arranges the partitions when data
// is first asked for, lets backups take over from members that are gone, has what is missing
// copied, and publishes the table after changes and each partition.table.send.interval; the others
// take its rows. A new master first asks the others what they know. After Hazelcast's
// InternalPartitionServiceImpl and MigrationManager.
//
// A cluster that nobody asks for data has no table, and does nothing here.
#pragma once

#include <vector>

#include "schemes/data/migrations.hpp"
#include "schemes/data/partition_mover.hpp"

namespace splitscope::schemes {

// Told what changed, after it did.
class PartitionListener {
 public:
  virtual void on_partitions_changed() = 0;

 protected:
  ~PartitionListener() = default;
};

class PartitionManager final : private MoverHost {
 public:
  // Rows that changed are told to everybody at once when there are so many (Hazelcast's batch of
  // completed migrations); who is concerned hears of each.
  static constexpr std::size_t PublishBatchSize = 10;
  // What could not be moved is planned anew after this.
  static constexpr base::Duration ReplanPause = std::chrono::seconds{1};
  // A member that does not tell its table is asked again after this.
  static constexpr base::Duration FetchRetry = std::chrono::seconds{1};
  static constexpr std::size_t LeaverCountMax = 1024;

  // `listener` outlives *this.
  PartitionManager(const DataContext& context, PartitionListener& listener);
  PartitionManager(const PartitionManager&) = delete;
  PartitionManager& operator=(const PartitionManager&) = delete;

  void on_view_changed();
  // Forgets everything: this member joins another cluster.
  void reset();
  void stop();

  // Somebody here wants data: true if the partitions are arranged. If not, it is seen to.
  bool want_table();
  // See MemberService::drain.
  bool drain(const base::Uuid& member);

  void on_assign(base::Endpoint from);
  void on_state(base::Endpoint from, const PartitionState& state);
  void on_fetch(base::Endpoint from, const FetchPartitionState& fetch);
  void on_fetch_answer(base::Endpoint from, const PartitionStateAnswer& answer);
  void on_migration_request(base::Endpoint from, const MigrationRequest& request);
  void on_migration_answer(base::Endpoint from, const MigrationAnswer& answer);
  PartitionMover& mover() { return mover_; }
  bool is_moving() const { return !migrations_.is_idle(); }

 private:
  enum class Role : std::uint8_t {
    Follower,
    Fetching,  // a new master that asks what the others know
    Master,
  };
  void enter(Role next);
  void update_role();
  void become_follower();
  void fetch();
  void arrange();
  void repair();
  // What is to become of the rows, given who is there and who leaves.
  std::vector<ReplicaRow> targets();
  void give_lost_rows(const Promotion& promotion, std::span<const ReplicaRow> targets);
  void move(std::span<const ReplicaRow> targets);
  void begin_migrations();
  void request_copies(const Migration& migration);
  void commit(const Migration& migration);
  void on_copied(const MigrationAnswer& answer) override;
  void finish_moving();
  void tell_drained();
  void adopt(const PartitionState& state);
  PartitionState state_of(std::span<const std::uint32_t> partitions) const;
  PartitionState whole_state() const;
  void publish(const PartitionState& state);
  void publish_whole();
  void publish_completed();
  void on_publish_tick();
  void on_work();
  std::vector<base::Uuid> data_members() const;  // sorted

  DataContext context_;
  PartitionListener& listener_;
  PartitionMover mover_;
  Migrations migrations_;
  env::Timer publish_timer_;
  env::Timer work_timer_;  // repair, replan, or ask again
  Role role_ = Role::Follower;
  base::Endpoint master_ = base::NoEndpoint;  // as of the last look
  std::uint32_t round_ = 0;
  std::vector<base::Uuid> unanswered_;    // while fetching
  std::vector<base::Uuid> leaving_;       // are to hold nothing
  std::vector<std::uint32_t> completed_;  // moved, not told to all yet
  std::uint64_t moved_count_ = 0;         // since moving began
  base::Instant moving_since_{};
  base::Instant last_progress_{};  // of moving
};

}  // namespace splitscope::schemes
