#include "cloud/inventory.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using namespace splitscope;
using namespace splitscope::cloud;

namespace {

constexpr base::Instant at(base::Duration since) {
  return base::RunStart + since;
}

InstanceSpec spec_of(std::uint8_t octet) {
  InstanceSpec spec;
  spec.address = base::ipv4(10, 0, 0, octet);
  return spec;
}

}  // namespace

TEST_CASE("inventory: an instance lives from pending to gone", "[cloud]") {
  Inventory inventory({.pending = 10s, .shutting_down = 30s, .terminated = 1h});
  const auto number = inventory.launch(spec_of(1), at(5s));
  const auto state = [&](base::Duration when) {
    return inventory.state(inventory.instances().front(), at(when));
  };
  CHECK_FALSE(state(4s).has_value());
  CHECK(state(14s) == InstanceState::Pending);
  CHECK(state(15s) == InstanceState::Running);
  inventory.terminate(number, at(60s));
  inventory.terminate(number, at(70s));  // twice is fine
  inventory.terminate(99, at(70s));      // and so is an unknown one
  CHECK(state(59s) == InstanceState::Running);
  CHECK(state(60s) == InstanceState::ShuttingDown);
  CHECK(state(90s) == InstanceState::Terminated);
  CHECK_FALSE(state(90s + 1h).has_value());
}

TEST_CASE("inventory: an address may be used again, a number never", "[cloud]") {
  Inventory inventory;
  const auto first = inventory.launch(spec_of(1), at(0s));
  inventory.terminate(first, at(1s));
  const auto second = inventory.launch(spec_of(1), at(2s));
  CHECK(second != first);
  const Instance* found = inventory.instance_at(base::ipv4(10, 0, 0, 1), at(3s));
  REQUIRE(found != nullptr);
  CHECK(found->number == second);
  CHECK(inventory.instance_at(base::ipv4(10, 0, 0, 2), at(3s)) == nullptr);
}

TEST_CASE("inventory: at its maximum those that are gone make room", "[cloud]") {
  Inventory inventory;
  inventory.terminate(inventory.launch(spec_of(1), at(0s)), at(1s));
  for (std::size_t i = 1; i < Inventory::InstancesMax; ++i) inventory.launch(spec_of(2), at(0s));
  inventory.launch(spec_of(3), at(2h));
  CHECK(inventory.instances().size() == Inventory::InstancesMax);
  inventory.stop_task(inventory.run_task({}, at(0s)), at(0s));
  for (std::size_t i = 1; i < Inventory::TasksMax; ++i) inventory.run_task({}, at(0s));
  inventory.run_task({}, at(1s));
  CHECK(inventory.tasks().size() == Inventory::TasksMax);
}
