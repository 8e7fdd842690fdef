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

  // The references outlive *this.
  DataMerge(const DataContext& context, Invocations& invocations);
  DataMerge(const DataMerge&) = delete;
  DataMerge& operator=(const DataMerge&) = delete;

  // Keeps what this member owns now, on top of what an earlier merge has not brought yet.
  void keep();
  // The member has joined: brings what was kept.
  void bring();
  void stop();
  bool is_bringing() const { return under_way_ > 0; }

 private:
  struct Batch {
    std::uint32_t partition = 0;
    std::vector<MapEntry> entries;
  };
  void on_operation(OperationId operation, const OperationResult& result) override;
  void send_next();

  DataContext context_;
  Invocations& invocations_;
  std::deque<Batch> kept_;
  std::size_t under_way_ = 0;
  std::uint64_t offered_count_ = 0;
  std::uint64_t taken_count_ = 0;
};

}  // namespace splitscope::schemes
