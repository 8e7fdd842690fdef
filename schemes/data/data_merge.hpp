// What a member brings along when its cluster gives itself up: the entries that it owned, offered
// to their owners in the cluster that it joined, in batches; the merge policy there decides. After
// Hazelcast's MergeRunnable and DefaultSplitBrainMergeHandler.
#pragma once

#include <deque>
#include <vector>

#include "schemes/data/invocations.hpp"

namespace splitscope::schemes {

class DataMerge final : private OperationListener {
 public:
  // Batches under way at once.
  static constexpr std::size_t BatchCountMax = 16;
  // Migrations are over when no partition moved for so long: 14 of 23 recorded members of 5.3.8
  // with a full map were MERGED 48 to 221 ms after the last migration, eight later, one before.
  static constexpr base::Duration MigrationsQuietMin = std::chrono::milliseconds{90};
  static constexpr base::Duration MigrationsQuietMax = std::chrono::milliseconds{200};

  // The references outlive *this.
  DataMerge(const DataContext& context, Invocations& invocations);
  DataMerge(const DataMerge&) = delete;
  DataMerge& operator=(const DataMerge&) = delete;

  // Keeps what this member owns now, on top of what an earlier merge has not brought yet.
  void keep();
  // The member has joined: brings what was kept, after the engine's pause and, if it is more than
  // goes at once, when the migrations that its coming caused are over. As recorded: members that
  // brought three keys did not wait for migrations, those that filled all partitions did.
  void bring();
  void on_partitions_changed();
  void stop();
  bool is_bringing() const { return is_pausing_ || under_way_ > 0; }

 private:
  struct Batch {
    std::uint32_t partition = 0;
    std::vector<MapEntry> entries;
  };
  void on_operation(OperationId operation, const OperationResult& result) override;
  void on_pause_over();
  void send_next();

  DataContext context_;
  Invocations& invocations_;
  env::Timer pause_;
  base::Instant pause_end_;
  bool is_pausing_ = false;
  std::deque<Batch> kept_;
  std::size_t under_way_ = 0;
  std::uint64_t offered_count_ = 0;
  std::uint64_t taken_count_ = 0;
};

}  // namespace splitscope::schemes
