#include "schemes/data/partition_table.hpp"

#include <algorithm>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "data_values.hpp"

namespace splitscope::schemes {
namespace {

using base::Uuid;
using test::member;
using test::row;

std::vector<Uuid> members(std::initializer_list<std::uint64_t> numbers) {
  std::vector<Uuid> result;
  for (const std::uint64_t number : numbers) result.push_back(member(number));
  return result;
}

// Any history of a master's changes.
PartitionTable any_table() {
  PartitionTable table(*rc::gen::inRange(1u, 12u));
  const auto steps = *rc::gen::container<std::vector<std::pair<std::uint32_t, std::uint64_t>>>(
      rc::gen::pair(rc::gen::inRange(0u, 12u), rc::gen::inRange<std::uint64_t>(1, 9)));
  for (const auto& [partition, number] : steps) {
    if (partition < table.partition_count()) {
      table.set_row(partition, row({number, number % 5 + 1, number % 3 + 1}));
    }
  }
  return table;
}

}  // namespace

TEST_CASE("a row names each member once, without holes", "[schemes][data]") {
  const std::vector<Uuid> given{member(3), Uuid{}, member(3), member(1)};
  const ReplicaRow made(given);
  CHECK(made.size() == 2);
  CHECK(made.owner() == member(3));
  CHECK(made.index_of(member(1)) == 1);
  CHECK_FALSE(made.contains(member(2)));
  CHECK_FALSE(made.contains(Uuid{}));
  CHECK(ReplicaRow().is_empty());
}

TEST_CASE("a row holds an owner and six backups, no more", "[schemes][data]") {
  const ReplicaRow made = row({1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(made.size() == ReplicaCountMax);
  CHECK_FALSE(made.contains(member(8)));
}

TEST_CASE("nobody has a partition before the first arrangement", "[schemes][data]") {
  CHECK_FALSE(PartitionTable().is_arranged());
  PartitionTable table(271);
  CHECK_FALSE(table.is_arranged());
  table.set_row(270, row({1, 2}));
  CHECK(table.is_arranged());
  CHECK(table.row_version(270) == 1);
}

TEST_CASE("stale rows are ignored", "[schemes][data]") {
  PartitionTable table(4);
  CHECK(table.adopt({.partition = 2, .version = 9, .row = row({1, 2})}));
  CHECK_FALSE(table.adopt({.partition = 2, .version = 9, .row = row({3, 2})}));
  CHECK_FALSE(table.adopt({.partition = 2, .version = 8, .row = row({3, 2})}));
  CHECK(table.row(2) == row({1, 2}));
  CHECK(table.version() == 9);
  // An older version of another row is news to this one.
  CHECK(table.adopt({.partition = 1, .version = 3, .row = row({3, 2})}));
  CHECK(table.version() == 9);
  CHECK_FALSE(table.adopt({.partition = 4, .version = 99, .row = row({1})}));
  CHECK(table.version() == 9);
}

TEST_CASE("updates may come in any order, twice or in part", "[schemes][data]") {
  REQUIRE(rc::check([] {
    PartitionTable follower(12);
    std::vector<VersionedRow> sent;
    PartitionTable master(12);
    const auto steps = *rc::gen::container<std::vector<std::pair<std::uint32_t, std::uint64_t>>>(
        rc::gen::pair(rc::gen::inRange(0u, 12u), rc::gen::inRange<std::uint64_t>(1, 9)));
    for (const auto& [partition, number] : steps) {
      master.set_row(partition, row({number, number + 1}));
      sent.push_back(master.rows()[partition]);
    }
    for (std::size_t i = 0; i < 2 * sent.size(); ++i) {
      follower.adopt(sent[*rc::gen::inRange<std::size_t>(0, sent.size())]);
    }
    for (const VersionedRow& update : sent) follower.adopt(update);
    RC_ASSERT(follower == master);
  }));
}

TEST_CASE("the first backup left becomes owner", "[schemes][data]") {
  PartitionTable table(3);
  table.set_row(0, row({1, 2}));
  table.set_row(1, row({2, 1}));
  table.set_row(2, row({1, 3}));
  const Promotion promotion = promote(table, members({2, 3}));
  CHECK(table.row(0) == row({2}));
  CHECK(table.row(1) == row({2}));
  CHECK(table.row(2) == row({3}));
  CHECK(promotion.changed == std::vector<std::uint32_t>{0, 1, 2});
  CHECK(promotion.owner_lost == std::vector<std::uint32_t>{0, 2});
  CHECK(promotion.lost.empty());
}

TEST_CASE("a partition is lost when its owner and all backups are gone", "[schemes][data]") {
  PartitionTable table(2);
  table.set_row(0, row({1, 2}));
  table.set_row(1, row({1, 3}));
  const Promotion promotion = promote(table, members({3, 4}));
  CHECK(promotion.lost == std::vector<std::uint32_t>{0});
  CHECK(table.row(0).is_empty());
  CHECK(promotion.owner_lost == std::vector<std::uint32_t>{0, 1});
  CHECK(promotion.changed == std::vector<std::uint32_t>{1});
}

TEST_CASE("promotion keeps who is there, drops who is not, and raises versions",
          "[schemes][data]") {
  REQUIRE(rc::check([] {
    const PartitionTable before = any_table();
    PartitionTable after = before;
    std::vector<Uuid> alive;
    for (std::uint64_t number = 1; number < 10; ++number) {
      if (*rc::gen::arbitrary<bool>()) alive.push_back(member(number));
    }
    const Promotion promotion = promote(after, alive);
    for (std::uint32_t i = 0; i < before.partition_count(); ++i) {
      std::vector<Uuid> expected;
      for (const Uuid& replica : before.row(i).members()) {
        if (std::binary_search(alive.begin(), alive.end(), replica)) expected.push_back(replica);
      }
      RC_ASSERT(after.row(i) == ReplicaRow(expected));
      const bool changed = before.row(i) != after.row(i);
      RC_ASSERT(changed == (after.row_version(i) > before.row_version(i)));
      const bool is_lost = std::count(promotion.lost.begin(), promotion.lost.end(), i) == 1;
      RC_ASSERT(is_lost == (changed && after.row(i).is_empty()));
    }
    RC_ASSERT(promote(after, alive) == Promotion{});
  }));
}

TEST_CASE("keys are scattered over all partitions", "[schemes][data]") {
  std::vector<std::uint32_t> counts(271, 0);
  for (std::uint64_t key = 0; key < 27'100; ++key) ++counts[partition_of(key, 271)];
  CHECK(*std::min_element(counts.begin(), counts.end()) > 50);
  CHECK(*std::max_element(counts.begin(), counts.end()) < 160);
}

}  // namespace splitscope::schemes
