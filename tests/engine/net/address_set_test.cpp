#include "engine/net/address_set.hpp"

#include <catch2/catch.hpp>

using namespace splitscope;

TEST_CASE("address set: the empty one means every address", "[engine][net]") {
  const net::AddressSet everything;
  CHECK(everything.contains(base::ipv4(10, 0, 0, 1)));
  const net::AddressSet two({base::ipv4(10, 0, 0, 2), base::ipv4(10, 0, 0, 1)});
  CHECK(two.contains(base::ipv4(10, 0, 0, 1)));
  CHECK(two.contains(base::ipv4(10, 0, 0, 2)));
  CHECK_FALSE(two.contains(base::ipv4(10, 0, 0, 3)));
}
