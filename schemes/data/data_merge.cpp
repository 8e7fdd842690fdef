#include "schemes/data/data_merge.hpp"

#include <algorithm>

namespace splitscope::schemes {

DataMerge::DataMerge(const DataContext& context, Invocations& invocations)
    : context_(context),
      invocations_(invocations),
      pause_(context.environment.timers, base::Callback::to<&DataMerge::on_pause_over>(*this)) {}

void DataMerge::stop() {
  pause_.disarm();
  is_pausing_ = false;
  kept_.clear();
  under_way_ = 0;
}

void DataMerge::keep() {
  if (context_.settings().data.merge_policy == MergePolicy::Discard) return;
  for (std::uint32_t i = 0; i < context_.held.table().partition_count(); ++i) {
    if (!context_.held.is_owner(i)) continue;
    std::optional<std::uint64_t> after;
    for (;;) {
      Batch batch{i, context_.held.store().entries(i, after, MergeBatchSizeMax)};
      if (batch.entries.empty()) break;
      after = batch.entries.back().key;
      kept_.push_back(std::move(batch));
    }
  }
}

void DataMerge::bring() {
  offered_count_ = 0;
  taken_count_ = 0;
  if (kept_.empty()) return;
  const Behaviour& behaviour = context_.settings().behaviour;
  is_pausing_ = true;
  pause_end_ = context_.now() + context_.environment.random.between(behaviour.merge_pause_min,
                                                                    behaviour.merge_pause_max);
  pause_.arm_at(pause_end_);
}

void DataMerge::on_partitions_changed() {
  if (!is_pausing_ || kept_.size() <= BatchCountMax) return;
  pause_end_ = std::max(pause_end_, context_.now() + context_.environment.random.between(
                                                         MigrationsQuietMin, MigrationsQuietMax));
  pause_.arm_at(pause_end_);
}

void DataMerge::on_pause_over() {
  is_pausing_ = false;
  send_next();
}

void DataMerge::send_next() {
  while (!kept_.empty() && under_way_ < BatchCountMax) {
    Batch batch = std::move(kept_.front());
    kept_.pop_front();
    ++under_way_;
    offered_count_ += batch.entries.size();
    invocations_.merge(batch.partition, std::move(batch.entries), *this);
  }
}

void DataMerge::on_operation(OperationId, const OperationResult& result) {
  if (under_way_ == 0) return;
  --under_way_;
  taken_count_ += result.value.value_or(0);
  send_next();
  if (under_way_ > 0) return;
  context_.environment.events.emit(base::EventKind::DataMerged,
                                   {offered_count_, offered_count_ - taken_count_});
}

}  // namespace splitscope::schemes
