#include "schemes/data/migrations.hpp"

#include <catch2/catch.hpp>

#include "data_values.hpp"
#include "schemes/data/partition_assignment.hpp"

namespace splitscope::schemes {
namespace {

using base::Uuid;
using test::row;

PartitionTable table(const std::vector<ReplicaRow>& rows) {
  PartitionTable result(static_cast<std::uint32_t>(rows.size()));
  for (std::uint32_t i = 0; i < rows.size(); ++i) result.set_row(i, rows[i]);
  return result;
}

}  // namespace

TEST_CASE("only rows that change are moved, those without a backup first", "[schemes][data]") {
  const PartitionTable now = table({row({1, 2}), row({1, 2}), row({1})});
  Migrations migrations(10);
  migrations.plan(now, std::vector{row({1, 2}), row({3, 2}), row({1, 2})});
  CHECK(migrations.queue_length() == 2);
  CHECK(migrations.begin_next(now)->id.partition == 2);
  CHECK(migrations.begin_next(now)->id.partition == 1);
  CHECK_FALSE(migrations.begin_next(now).has_value());
}

TEST_CASE("so many are under way at once, and no more", "[schemes][data]") {
  const PartitionTable now = table(std::vector<ReplicaRow>(20, row({1})));
  Migrations migrations(10);
  migrations.plan(now, std::vector<ReplicaRow>(20, row({2})));
  while (migrations.begin_next(now)) {
  }
  CHECK(migrations.active_count() == 10);
  CHECK(migrations.on_copied({0, now.row_version(0)}, {2, 1}).has_value());
  CHECK(migrations.begin_next(now).has_value());
  CHECK_FALSE(migrations.begin_next(now).has_value());
}

TEST_CASE("a row changes when all its new holders have a copy", "[schemes][data]") {
  const PartitionTable now = table({row({1, 2})});
  Migrations migrations(1);
  migrations.plan(now, std::vector{row({3, 4})});
  const auto begun = migrations.begin_next(now);
  CHECK(begun->waiting_for.size() == 2);
  CHECK_FALSE(migrations.on_copied(begun->id, {3, 1}).has_value());
  CHECK_FALSE(migrations.on_copied(begun->id, {3, 1}).has_value());
  const auto finished = migrations.on_copied(begun->id, {4, 1});
  REQUIRE(finished.has_value());
  CHECK(finished->target == row({3, 4}));
  CHECK(migrations.is_idle());
}

TEST_CASE("holders that change places need no copy, nor does what is lost", "[schemes][data]") {
  const PartitionTable now = table({row({1, 2}), row({})});
  Migrations migrations(1);
  migrations.plan(now, std::vector{row({2, 1}), row({1, 2})});
  CHECK(migrations.begin_next(now)->waiting_for.empty());
  CHECK(migrations.begin_next(now)->waiting_for.empty());
  CHECK(migrations.is_idle());
}

TEST_CASE("a new plan tells what it interrupted", "[schemes][data]") {
  const PartitionTable now = table({row({1}), row({1})});
  Migrations migrations(1);
  migrations.plan(now, std::vector{row({2}), row({2})});
  const auto begun = migrations.begin_next(now);
  const auto interrupted = migrations.plan(now, std::vector{row({1}), row({1})});
  REQUIRE(interrupted.size() == 1);
  CHECK(interrupted.front().id == begun->id);
  CHECK(migrations.is_idle());
  CHECK_FALSE(migrations.on_failed(begun->id));
}

}  // namespace splitscope::schemes
