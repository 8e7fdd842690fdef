#include "schemes/data/held_partitions.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "data_values.hpp"

namespace splitscope::schemes {
namespace {

using base::Uuid;
using test::entry;
using test::row;

constexpr Uuid Self{1, 1};

HeldPartitions held(std::uint32_t partitions) {
  HeldPartitions result;
  result.reset(Self);
  result.create_table(partitions);
  return result;
}

MigrationChunk chunk(std::uint64_t row_version, std::uint32_t number, bool is_last,
                     std::vector<MapEntry> entries) {
  MigrationChunk result;
  result.id = {0, row_version};
  result.replica_version = 40;
  result.number = number;
  result.is_last = is_last;
  result.entries = std::move(entries);
  return result;
}

}  // namespace

TEST_CASE("a copy counts from the row that names its holder on", "[schemes][data]") {
  HeldPartitions mine = held(1);
  mine.adopt({.partition = 0, .version = 1, .row = row({2, 3})});
  CHECK(mine.stage(chunk(1, 0, false, {entry(5, 50)})));
  CHECK(mine.stage(chunk(1, 1, true, {entry(6, 60)})));
  CHECK(mine.is_staged({0, 1}));
  CHECK(mine.store().entry_count() == 0);
  mine.adopt({.partition = 0, .version = 2, .row = row({1, 3})});
  CHECK(mine.is_owner(0));
  CHECK(mine.owned_entry_count() == 2);
  CHECK(mine.store().replica_version(0) == 40);
}

TEST_CASE("parts of a copy that do not follow each other are refused", "[schemes][data]") {
  HeldPartitions mine = held(1);
  CHECK_FALSE(mine.stage(chunk(1, 1, true, {})));
  CHECK(mine.stage(chunk(1, 0, false, {})));
  CHECK_FALSE(mine.stage(chunk(1, 2, true, {})));
  CHECK_FALSE(mine.stage(chunk(2, 1, true, {})));
  CHECK(mine.stage(chunk(1, 1, true, {})));
  CHECK_FALSE(mine.stage(chunk(1, 2, true, {})));
  MigrationChunk beyond = chunk(1, 0, true, {});
  beyond.id.partition = 1;
  CHECK_FALSE(mine.stage(beyond));
}

TEST_CASE("a partition that a row takes away is dropped", "[schemes][data]") {
  HeldPartitions mine = held(2);
  mine.set_row(0, row({1, 2}));
  mine.write(0, entry(7, 70));
  mine.adopt({.partition = 0, .version = 5, .row = row({2, 3})});
  CHECK(mine.store().entry_count() == 0);
}

TEST_CASE("an owner that becomes a backup keeps what it has", "[schemes][data]") {
  HeldPartitions mine = held(1);
  mine.set_row(0, row({1, 2}));
  mine.write(0, entry(7, 70));
  mine.adopt({.partition = 0, .version = 5, .row = row({2, 1})});
  CHECK(mine.store().entry_count() == 1);
  CHECK(mine.owned_entry_count() == 0);
}

TEST_CASE("copying blocks writes until any change of the row", "[schemes][data]") {
  HeldPartitions mine = held(2);
  mine.set_row(0, row({1, 2}));
  mine.set_row(1, row({1, 2}));
  mine.begin_copying(0);
  mine.set_row(1, row({1, 3}));
  CHECK(mine.is_copying(0));
  mine.set_row(0, row({1, 2}));
  CHECK_FALSE(mine.is_copying(0));
  mine.begin_copying(0);
  mine.end_all_copying();
  CHECK_FALSE(mine.is_copying(0));
}

TEST_CASE("a backup's write that comes before the row goes into the copy", "[schemes][data]") {
  HeldPartitions mine = held(1);
  mine.adopt({.partition = 0, .version = 1, .row = row({2})});
  CHECK_FALSE(mine.write_backup(0, entry(5, 51), 41));
  mine.stage(chunk(1, 0, true, {entry(5, 50)}));
  CHECK(mine.write_backup(0, entry(5, 51), 41));
  mine.adopt({.partition = 0, .version = 2, .row = row({2, 1})});
  CHECK(mine.store().peek(0, 5)->value == 51);
  CHECK(mine.store().is_in_sync(0, 41));
}

TEST_CASE("the last survivor of an owner and a backup owns what it backed up", "[schemes][data]") {
  HeldPartitions mine = held(2);
  mine.set_row(0, row({2, 1}));
  mine.set_row(1, row({2, 3}));
  mine.write_backup(0, entry(5, 50), 1);
  const std::vector<Uuid> alone{Self};
  const Promotion promotion = mine.drop_all_but(alone);
  CHECK(promotion.lost == std::vector<std::uint32_t>{1});
  CHECK(mine.is_owner(0));
  CHECK(mine.owned_entry_count() == 1);
}

TEST_CASE("entries are held of no partition whose row does not name the member",
          "[schemes][data]") {
  REQUIRE(rc::check([] {
    HeldPartitions mine = held(4);
    std::uint64_t version = 0;
    for (const auto step :
         *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(0u, 1000u))) {
      const std::uint32_t partition = step % 4;
      if (step % 3 == 0) {
        mine.adopt({.partition = partition,
                    .version = ++version,
                    .row = row({step % 5 + 1, step % 7 % 3 + 1})});
      } else if (mine.is_owner(partition)) {
        mine.write(partition, entry(step, step));
      } else {
        mine.write_backup(partition, entry(step, step), step);
      }
      std::size_t total = 0;
      for (std::uint32_t i = 0; i < 4; ++i) {
        if (!mine.is_holder(i)) RC_ASSERT(mine.store().entry_count(i) == 0u);
        total += mine.store().entry_count(i);
      }
      RC_ASSERT(total == mine.store().entry_count());
    }
  }));
}

}  // namespace splitscope::schemes
