#include "engine/net/address_table.hpp"

#include <map>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "engine/base/prng.hpp"

namespace net = splitscope::net;
namespace base = splitscope::base;

namespace {

base::Ipv4 address(std::uint32_t number) {
  return {0x0a00'0000 + number};
}

}  // namespace

TEST_CASE("address table: the later owner of an address is found", "[engine][net]") {
  net::AddressTable table;
  CHECK(table.find(address(1)) == net::NoHost);
  for (std::uint32_t host = 0; host < 5; ++host) table.assign(address(host), net::HostId{host});
  table.assign(address(2), net::HostId{7});
  CHECK(table.find(address(1)) == net::HostId{1});
  CHECK(table.find(address(2)) == net::HostId{7});
  CHECK(table.find(address(3)) == net::HostId{3});
  table.forget(address(2));
  CHECK(table.find(address(2)) == net::NoHost);
  CHECK(table.find(address(5)) == net::NoHost);
}

TEST_CASE("address table: both ends of the address space are addresses", "[engine][net]") {
  net::AddressTable table;
  table.assign({0xffff'ffff}, net::HostId{0});
  table.assign({0}, net::HostId{1});
  CHECK(table.find({0xffff'ffff}) == net::HostId{0});
  CHECK(table.find({0}) == net::HostId{1});
  CHECK(table.find({1}) == net::NoHost);
  table.forget({0xffff'ffff});
  CHECK(table.find({0xffff'ffff}) == net::NoHost);
}

TEST_CASE("address table: it finds what a map finds, whatever is assigned and forgotten",
          "[engine][net]") {
  REQUIRE(rc::check([](std::uint64_t seed) {
    base::Prng random(seed);
    net::AddressTable table;
    std::map<std::uint32_t, net::HostId> model;
    std::uint32_t number = 0;
    std::uint32_t host = 0;
    for (int step = 0; step < 300; ++step) {
      const bool in_a_row = random.below(3) != 0;
      number = in_a_row ? (number + 1) % 64 : static_cast<std::uint32_t>(random.below(64));
      host = in_a_row ? host + 1 : static_cast<std::uint32_t>(random.below(64));
      if (random.below(4) == 0) {
        table.forget(address(number));
        model.erase(number);
      } else {
        table.assign(address(number), net::HostId{host});
        model[number] = net::HostId{host};
      }
      for (std::uint32_t probe = 0; probe < 66; ++probe) {
        const auto found = model.find(probe);
        RC_ASSERT(table.find(address(probe)) ==
                  (found == model.end() ? net::NoHost : found->second));
      }
    }
  }));
}
