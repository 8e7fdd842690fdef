#include "schemes/membership/watch_list.hpp"

#include <array>
#include <map>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "engine/base/prng.hpp"

using namespace splitscope;
using namespace splitscope::schemes;

namespace {

Watched watched_at(base::Endpoint endpoint, std::uint64_t number) {
  Watched watched;
  watched.endpoint = endpoint;
  watched.uuid = {base::mix(number), number};
  watched.heard.last = base::WallTime{base::Duration{static_cast<std::int64_t>(number)}};
  return watched;
}

// Two hosts of the thousands have two members each, every seventh has none.
base::Endpoint endpoint_of(std::uint32_t number) {
  return {{base::ipv4(10, 0, 0, 1).value + number + number / 6},
          static_cast<std::uint16_t>(number % 5000 == 4999 ? 5702 : 5701)};
}

}  // namespace

TEST_CASE("a watch list keeps thousands apart", "[schemes][membership]") {
  WatchList list;
  list.set_owner(base::ipv4(10, 0, 8, 0));
  const std::uint32_t size = WatchList::SizeMax;
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::uint32_t number = i * 7919 % size;  // in no order
    list.add(watched_at(endpoint_of(number), number));
  }
  REQUIRE(list.size() == size);
  const FailureDetector detector{Settings{}};
  for (std::uint32_t number = 0; number < size; number += 2) {
    Watched* found = list.find(endpoint_of(number));
    REQUIRE(found != nullptr);
    detector.heartbeat(found->heard, base::WallTime{base::Duration{1'000'000 + number}});
  }
  for (std::uint32_t number = 0; number < size; ++number) {
    const Watched* found = list.find(endpoint_of(number));
    REQUIRE(found != nullptr);
    CHECK(found->uuid.low == number);
    const std::uint32_t heard = number % 2 == 0 ? 1'000'000 + number : number;
    CHECK(found->heard.last == base::WallTime{base::Duration{heard}});
  }
}

TEST_CASE("a watch list finds what was added and not removed, wherever its owner is",
          "[schemes][membership][property]") {
  rc::prop("as a map does", [] {
    WatchList list;
    std::map<base::Endpoint, base::Uuid> model;
    const auto near = rc::gen::inRange<std::uint32_t>(100, 130);
    list.set_owner({*near});
    const auto steps = *rc::gen::container<std::vector<std::tuple<std::uint32_t, bool, bool>>>(
        rc::gen::tuple(near, rc::gen::arbitrary<bool>(), rc::gen::arbitrary<bool>()));
    std::uint64_t number = 0;
    for (const auto& [address, second_port, removes] : steps) {
      const base::Endpoint endpoint{{address},
                                    static_cast<std::uint16_t>(second_port ? 5702 : 5701)};
      const auto known = model.find(endpoint);
      if (removes && known != model.end()) {
        list.remove(known->second);
        model.erase(known);
      } else if (!removes && known == model.end()) {
        list.add(watched_at(endpoint, ++number));
        model[endpoint] = {base::mix(number), number};
      }
      list.expect({address});
    }
    RC_ASSERT(list.size() == model.size());
    std::uint32_t at = 0;
    for (const auto& [endpoint, uuid] : model) RC_ASSERT(list[at++].uuid == uuid);
    for (std::uint32_t address = 95; address < 135; ++address) {
      for (const std::uint16_t port : std::array<std::uint16_t, 2>{5701, 5702}) {
        const Watched* found = list.find({{address}, port});
        const auto known = model.find({{address}, port});
        RC_ASSERT((found != nullptr) == (known != model.end()));
        if (found != nullptr) RC_ASSERT(found->uuid == known->second);
      }
    }
  });
}
