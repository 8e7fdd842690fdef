// Members that lost each other, and whom the master drops.
#include "schemes/membership/partial_disconnections.hpp"

#include <set>

#include <catch2/catch.hpp>

#include "engine/base/prng.hpp"

using namespace splitscope;
using namespace std::chrono_literals;
using schemes::PartialDisconnections;

namespace {

class SeededRandom final : public env::Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : prng_(seed) {}
  std::uint64_t next() override { return prng_.next(); }

 private:
  base::Prng prng_;
};

constexpr base::Uuid uuid_of(std::uint64_t number) {
  return {number, number};
}

const base::Instant Start = base::RunStart;

}  // namespace

TEST_CASE("partial disconnections are resolved once nothing changed for a while",
          "[schemes][membership]") {
  PartialDisconnections pairs(5s);
  const base::Uuid lost[] = {uuid_of(3)};
  pairs.update(uuid_of(2), lost, Start);
  CHECK(!pairs.is_due(Start + 4s));
  const base::Uuid back[] = {uuid_of(2)};
  pairs.update(uuid_of(3), back, Start + 3s);  // the other end is no news
  CHECK(pairs.is_due(Start + 5s));
  const base::Uuid more[] = {uuid_of(2), uuid_of(4)};
  pairs.update(uuid_of(3), more, Start + 4s);
  CHECK(!pairs.is_due(Start + 8s));
  CHECK(pairs.is_due(Start + 9s));
}

TEST_CASE("either of two members that lost each other is dropped", "[schemes][membership]") {
  std::set<std::uint64_t> dropped;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SeededRandom random(seed);
    PartialDisconnections pairs(5s);
    const base::Uuid lost[] = {uuid_of(3)};
    pairs.update(uuid_of(2), lost, Start);
    const auto gone = pairs.resolve(random);
    REQUIRE(gone.size() == 1);
    dropped.insert(gone.front().high);
    CHECK(!pairs.is_due(Start + 60s));
  }
  CHECK(dropped == std::set<std::uint64_t>{2, 3});
}

TEST_CASE("who lost several is dropped rather than all that it lost", "[schemes][membership]") {
  SeededRandom random(1);
  PartialDisconnections pairs(5s);
  const base::Uuid lost[] = {uuid_of(3), uuid_of(4), uuid_of(5)};
  pairs.update(uuid_of(2), lost, Start);
  CHECK(pairs.resolve(random) == std::vector<base::Uuid>{uuid_of(2)});
}

TEST_CASE("what healed or left is forgotten", "[schemes][membership]") {
  PartialDisconnections pairs(5s);
  const base::Uuid lost[] = {uuid_of(3)};
  pairs.update(uuid_of(2), lost, Start);
  pairs.update(uuid_of(2), {}, Start + 1s);
  CHECK(!pairs.is_due(Start + 60s));
  pairs.update(uuid_of(2), lost, Start);
  pairs.forget(uuid_of(3));
  CHECK(!pairs.is_due(Start + 60s));
  CHECK(!PartialDisconnections(0s).is_on());
}

TEST_CASE("a search that takes too long drops nobody, and pairs have a maximum",
          "[schemes][membership]") {
  SeededRandom random(1);
  PartialDisconnections pairs(5s);
  for (std::uint64_t number = 0; number < 2 * PartialDisconnections::PairsMax; number += 2) {
    const base::Uuid lost[] = {uuid_of(number + 1)};
    pairs.update(uuid_of(number), lost, Start);
  }
  CHECK(pairs.resolve(random).size() <= PartialDisconnections::PairsMax);
}
