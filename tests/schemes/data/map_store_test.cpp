#include "schemes/data/map_store.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

namespace splitscope::schemes {
namespace {

MapEntry unread(std::uint64_t key, std::uint64_t value) {
  return {.key = key, .value = value, .updated_at_ms = 0, .hits = 0};
}

}  // namespace

TEST_CASE("what is written is read, and counts its reads", "[schemes][data]") {
  MapStore store(3);
  CHECK(store.write(1, unread(7, 70)));
  CHECK(store.read(1, 7)->value == 70);
  CHECK(store.read(1, 7)->hits == 2);
  CHECK(store.peek(1, 7)->hits == 2);
  CHECK_FALSE(store.read(1, 8).has_value());
  CHECK_FALSE(store.read(0, 7).has_value());
}

TEST_CASE("a backup that gets every write is in sync with its owner", "[schemes][data]") {
  REQUIRE(rc::check([] {
    MapStore owner(1);
    MapStore backup(1);
    bool missed = false;
    const auto writes = *rc::gen::container<std::vector<std::pair<std::uint64_t, bool>>>(
        rc::gen::pair(rc::gen::inRange<std::uint64_t>(0, 10),
                      rc::gen::weightedElement<bool>({{9, true}, {1, false}})));
    for (const auto& [key, arrives] : writes) {
      const MapEntry written = unread(key, owner.replica_version(0) + 1);
      owner.write(0, written);
      if (arrives) backup.write_backup(0, written, owner.replica_version(0));
      missed = missed || !arrives;
    }
    RC_ASSERT(backup.is_in_sync(0, owner.replica_version(0)) == !missed);
    backup.replace(0, owner.all_entries(0), owner.replica_version(0));
    RC_ASSERT(backup.is_in_sync(0, owner.replica_version(0)));
    RC_ASSERT(backup.all_entries(0) == owner.all_entries(0));
    RC_ASSERT(backup.entry_count() == owner.entry_count());
  }));
}

TEST_CASE("entries come in chunks by ascending key", "[schemes][data]") {
  MapStore store(1);
  for (const std::uint64_t key : {5u, 1u, 9u, 3u}) store.write(0, unread(key, key));
  const auto first = store.entries(0, std::nullopt, 3);
  CHECK(first == std::vector{unread(1, 1), unread(3, 3), unread(5, 5)});
  CHECK(store.entries(0, 5, 3) == std::vector{unread(9, 9)});
  CHECK(store.entries(0, 9, 3).empty());
}

TEST_CASE("a dropped partition is empty and its room is free again", "[schemes][data]") {
  MapStore store(2);
  store.write(0, unread(1, 1));
  store.write(1, unread(2, 2));
  store.drop(0);
  CHECK(store.entry_count() == 1);
  CHECK(store.replica_version(0) == 0);
  CHECK(store.entry_count(1) == 1);
}

TEST_CASE("a full store refuses new keys and takes known ones", "[schemes][data]") {
  MapStore store(1);
  for (std::uint64_t key = 0; key < MapStore::EntryCountMax; ++key) store.write(0, unread(key, 1));
  CHECK(store.entry_count() == MapStore::EntryCountMax);
  CHECK_FALSE(store.write(0, unread(MapStore::EntryCountMax, 1)));
  CHECK(store.write(0, unread(5, 2)));
  CHECK(store.peek(0, 5)->value == 2);
}

}  // namespace splitscope::schemes
