#include "engine/base/endpoint.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace splitscope::base;

TEST_CASE("endpoints: what is written is read back", "[engine][base]") {
  REQUIRE(rc::check([](std::uint32_t address, std::uint16_t port) {
    RC_PRE(port != 0);
    const Endpoint endpoint{Ipv4{address}, port};
    const auto parsed = parse_endpoint(to_text(endpoint));
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(*parsed == endpoint);
    RC_ASSERT(unpack_endpoint(pack(endpoint)) == endpoint);
  }));
}

TEST_CASE("endpoints: what is none is refused", "[engine][base]") {
  for (const char* text : {"", "10.0.0", "10.0.0.256:1", "10.0.0.1", "10.0.0.1:0", "10.0.0.1:65536",
                           "10.0.0.1:80x", "a.b.c.d:1", "10.0.0.1 :80"}) {
    INFO(text);
    CHECK_FALSE(parse_endpoint(text).has_value());
  }
  CHECK_FALSE(parse_ipv4("1.2.3.4.5").has_value());
  CHECK(ipv4(224, 2, 2, 3).is_multicast());
  CHECK_FALSE(ipv4(10, 0, 0, 1).is_multicast());
}
