#include "schemes/data/partition_assignment.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/base/prng.hpp"

namespace splitscope::schemes {

using base::Uuid;

namespace {

constexpr std::uint32_t None = 0xffff'ffff;

// Rows with members as numbers, and how much each member holds at the replica index in work.
class Assigner {
 public:
  Assigner(std::span<const ReplicaRow> current, std::span<const Uuid> members,
           const AssignmentOptions& options)
      : members_(members.begin(), members.end()),
        random_(base::derive_seed(options.seed, "partition assignment")),
        replica_count_(std::min({options.backup_count + 1, ReplicaCountMax,
                                 static_cast<std::uint32_t>(members.size())})) {
    std::sort(members_.begin(), members_.end());
    for (const ReplicaRow& row : current) {
      std::vector<std::uint32_t> numbers;
      for (const Uuid& member : row.members()) {
        const auto found = std::lower_bound(members_.begin(), members_.end(), member);
        if (found == members_.end() || *found != member) continue;
        numbers.push_back(static_cast<std::uint32_t>(found - members_.begin()));
      }
      numbers.resize(ReplicaCountMax, None);
      rows_.push_back(std::move(numbers));
    }
    original_ = rows_;
    order_.resize(rows_.size());
    std::iota(order_.begin(), order_.end(), 0u);
    for (std::size_t i = order_.size(); i > 1; --i)
      std::swap(order_[i - 1], order_[random_.below(i)]);
  }

  std::vector<ReplicaRow> run() {
    for (index_ = 0; index_ < replica_count_; ++index_) balance();
    std::vector<ReplicaRow> result;
    result.reserve(rows_.size());
    for (const auto& row : rows_) {
      std::vector<Uuid> members;
      for (std::uint32_t i = 0; i < replica_count_; ++i) members.push_back(members_[row[i]]);
      result.emplace_back(members);
    }
    return result;
  }

 private:
  // One replica index over all rows: quotas, then what is too much is taken away, then what is
  // missing is given to whoever holds least.
  void balance() {
    counts_.assign(members_.size(), 0);
    for (const auto& row : rows_) {
      if (row[index_] != None) ++counts_[row[index_]];
    }
    set_quotas();
    for (const std::uint32_t partition : order_) {
      const std::uint32_t holder = rows_[partition][index_];
      if (holder != None && counts_[holder] > quotas_[holder]) shed(partition);
    }
    for (const std::uint32_t partition : order_) {
      if (rows_[partition][index_] == None) give(partition);
    }
  }

  // Everybody gets the same; what is left over goes to those that hold most, so that it stays.
  void set_quotas() {
    const auto count = static_cast<std::uint32_t>(members_.size());
    const auto total = static_cast<std::uint32_t>(rows_.size());
    quotas_.assign(count, total / count);
    std::vector<std::uint32_t> by_count(count);
    std::iota(by_count.begin(), by_count.end(), 0u);
    std::stable_sort(by_count.begin(), by_count.end(),
                     [this](std::uint32_t a, std::uint32_t b) { return counts_[a] > counts_[b]; });
    for (std::uint32_t i = 0; i < total % count; ++i) ++quotas_[by_count[i]];
  }

  // The holder gives the partition up. It stays on as a later replica where one is free, since it
  // has the data.
  void shed(std::uint32_t partition) {
    auto& row = rows_[partition];
    const std::uint32_t holder = std::exchange(row[index_], None);
    --counts_[holder];
    for (std::uint32_t later = index_ + 1; later < replica_count_; ++later) {
      if (row[later] != None) continue;
      row[later] = holder;
      return;
    }
  }

  bool may_hold(std::uint32_t partition, std::uint32_t member) const {
    const auto& row = rows_[partition];
    return std::find(row.begin(), row.begin() + index_, member) == row.begin() + index_;
  }

  void give(std::uint32_t partition) {
    std::uint32_t taker = best_taker(partition);
    if (counts_[taker] >= quotas_[taker] && swap_with_another(partition)) return;
    place(partition, taker);
  }

  // Of those with room one that has the data; else the one with most room.
  std::uint32_t best_taker(std::uint32_t partition) {
    std::uint32_t best = None;
    std::uint64_t best_rank = 0;
    for (std::uint32_t member = 0; member < members_.size(); ++member) {
      if (!may_hold(partition, member)) continue;
      const bool has_room = counts_[member] < quotas_[member];
      const auto& before = original_[partition];
      const bool has_data = std::find(before.begin(), before.end(), member) != before.end();
      const std::uint64_t room = rows_.size() + quotas_[member] - counts_[member];
      const std::uint64_t rank = (has_room ? std::uint64_t{1} << 62 : 0) +
                                 (has_data ? std::uint64_t{1} << 61 : 0) + (room << 32) +
                                 random_.below(std::uint64_t{1} << 32);
      if (best != None && rank <= best_rank) continue;
      best = member;
      best_rank = rank;
    }
    return best;
  }

  // Whoever has room may not hold this partition: it takes another one instead, and that one's
  // holder takes this.
  bool swap_with_another(std::uint32_t partition) {
    for (std::uint32_t taker = 0; taker < members_.size(); ++taker) {
      if (counts_[taker] >= quotas_[taker]) continue;
      for (const std::uint32_t other : order_) {
        const std::uint32_t holder = rows_[other][index_];
        if (holder == None || holder == taker) continue;
        if (!may_hold(other, taker) || !may_hold(partition, holder)) continue;
        --counts_[holder];
        rows_[other][index_] = None;
        place(other, taker);
        place(partition, holder);
        return true;
      }
    }
    return false;
  }

  void place(std::uint32_t partition, std::uint32_t member) {
    auto& row = rows_[partition];
    const auto later = std::find(row.begin() + index_, row.end(), member);
    if (later != row.end()) *later = None;
    row[index_] = member;
    ++counts_[member];
  }

  std::vector<Uuid> members_;  // sorted
  base::Prng random_;
  std::uint32_t replica_count_;
  std::uint32_t index_ = 0;
  std::vector<std::vector<std::uint32_t>> rows_;
  std::vector<std::vector<std::uint32_t>> original_;
  std::vector<std::uint32_t> order_;  // in which rows are dealt with
  std::vector<std::uint32_t> counts_;
  std::vector<std::uint32_t> quotas_;
};

}  // namespace

std::vector<ReplicaRow> assign(std::span<const ReplicaRow> current, std::span<const Uuid> members,
                               const AssignmentOptions& options) {
  if (members.empty()) return std::vector<ReplicaRow>(current.size());
  return Assigner(current, members, options).run();
}

}  // namespace splitscope::schemes
