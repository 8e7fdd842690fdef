// UDP and multicast: rules 30 to 32 of docs/kernel-rules.md.
#include "conformance.hpp"

namespace splitscope::conformance {
namespace {

constexpr std::uint16_t DatagramPort = 5800;

env::MulticastOptions group(std::uint8_t ttl, bool loopback = false) {
  return {{base::ipv4(224, 2, 2, 3), 54327}, ttl, loopback};
}

void bind(Arm& arm, HostNumber host) {
  arm.with(host, [](Station& station) {
    REQUIRE(station.transport().bind_datagram(DatagramPort, station).has_value());
  });
}
void send_to(Arm& arm, HostNumber from, HostNumber to, std::size_t size = Arm::Small) {
  const base::Endpoint there{arm.address(to), DatagramPort};
  arm.with(from, [there, size](Station& station) {
    station.transport().send_datagram(DatagramPort, there, station.frame(size));
  });
}
void join(Arm& arm, HostNumber host) {
  arm.with(host, [](Station& station) {
    REQUIRE(station.transport().join_group(group(1), station).has_value());
  });
  arm.run_for(20ms);
}
void multicast(Arm& arm, HostNumber from, const env::MulticastOptions& options) {
  arm.with(from, [&options](Station& station) {
    station.transport().send_multicast(options, station.frame(Arm::Small));
  });
}

// How many of what was sent to a stopped receiver it reads when it continues; the oldest.
std::size_t kept(Arm& arm, std::size_t size) {
  arm.add_host({});
  arm.add_host({});
  bind(arm, 0);
  bind(arm, 1);
  send_to(arm, 0, 1);
  REQUIRE(arm.wait_for(1, "datagram", 1, 2s));  // the neighbours know each other
  arm.stop(1);
  for (int i = 0; i < 400; ++i) {
    send_to(arm, 0, 1, size);
    if (i % 20 == 0) arm.run_for(2ms);
  }
  arm.run_for(50ms);
  arm.resume(1);
  arm.run_for(50ms);
  CHECK(arm.record(1).is_in_order());
  return arm.record(1).counters.size() - 1;
}

}  // namespace

TEST_CASE("rule 30: datagrams to closed ports and absent hosts are no errors", "[body]") {
  conform([](Arm& arm) {
    arm.add_host({});
    arm.add_host({});
    arm.add_host({});
    arm.power_off(2);
    bind(arm, 0);
    for (int i = 0; i < 10; ++i) send_to(arm, 0, 1);
    for (int i = 0; i < 10; ++i) send_to(arm, 0, 2);
    arm.run_for(50ms);
    bind(arm, 1);
    send_to(arm, 0, 1);
    REQUIRE(arm.wait_for(1, "datagram", 1, 2s));
    CHECK(arm.record(1).counters == std::vector<std::uint32_t>{20});
    CHECK(arm.record(0).log.size() == 1);
  });
}

// What a buffer costs is its driver's choice: recorded are 256, 166 and 92 from a pair of virtual
// Ethernet devices, and 277, 175 and 123 from the TAP devices of our lab.
TEST_CASE("rule 31: a stopped receiver keeps the oldest 256 datagrams of 64 bytes", "[body]") {
  conform([](Arm& arm) {
    const std::size_t count = kept(arm, 64);
    CHECK(count >= 256);
    CHECK(count <= 277);
  });
}

TEST_CASE("rule 31: of 512 bytes it keeps 166, of 1 KiB 92", "[body]") {
  conform([](Arm& arm) {
    const std::size_t count = kept(arm, 512);
    CHECK(count >= 166);
    CHECK(count <= 175);
  });
  conform([](Arm& arm) {
    const std::size_t count = kept(arm, 1024);
    CHECK(count >= 92);
    CHECK(count <= 123);
  });
}

TEST_CASE("rule 32: who joined hears the group, who left or never joined does not", "[body]") {
  conform([](Arm& arm) {
    for (int i = 0; i < 3; ++i) arm.add_host({});
    join(arm, 1);
    multicast(arm, 0, group(1));
    REQUIRE(arm.wait_for(1, "datagram", 1, 2s));
    CHECK(arm.record(0).count("datagram") == 0);
    CHECK(arm.record(2).count("datagram") == 0);
    arm.with(1, [](Station& station) { station.transport().leave_group(group(1).group); });
    arm.run_for(20ms);
    multicast(arm, 0, group(1));
    arm.run_for(50ms);
    CHECK(arm.record(1).count("datagram") == 1);
  });
}

TEST_CASE("rule 32: joining a group twice is an error", "[body]") {
  conform([](Arm& arm) {
    arm.add_host({});
    join(arm, 0);
    arm.with(0, [](Station& station) {
      CHECK_FALSE(station.transport().join_group(group(1), station).has_value());
    });
  });
}

TEST_CASE("rule 32: a datagram with time to live 0 never leaves its host", "[body]") {
  conform([](Arm& arm) {
    arm.add_host({});
    arm.add_host({});
    join(arm, 0);
    join(arm, 1);
    multicast(arm, 0, group(0, true));
    REQUIRE(arm.wait_for(0, "datagram", 1, 1s));  // the loop delivers all the same
    arm.run_for(50ms);
    CHECK(arm.record(1).count("datagram") == 0);
    multicast(arm, 0, group(1));
    REQUIRE(arm.wait_for(1, "datagram", 1, 2s));
  });
}

TEST_CASE("rule 32: loopback decides whether a host hears itself", "[body]") {
  conform([](Arm& arm) {
    arm.add_host({});
    join(arm, 0);
    multicast(arm, 0, group(32, false));
    arm.run_for(50ms);
    CHECK(arm.record(0).count("datagram") == 0);
    multicast(arm, 0, group(32, true));
    REQUIRE(arm.wait_for(0, "datagram", 1, 1s));
  });
}

TEST_CASE("rule 32: any time to live ends at a router without multicast routing", "[body]") {
  conform([](Arm& arm) {
    arm.add_host({});
    arm.add_host({});
    arm.add_host({.subnet = 1});
    join(arm, 1);
    join(arm, 2);
    multicast(arm, 0, group(1));
    multicast(arm, 0, group(32));
    REQUIRE(arm.wait_for(1, "datagram", 2, 2s));
    arm.run_for(50ms);
    CHECK(arm.record(2).count("datagram") == 0);
  });
}

TEST_CASE("rule 32: a power failure ends memberships", "[body]") {
  conform([](Arm& arm) {
    arm.add_host({});
    arm.add_host({});
    join(arm, 1);
    arm.power_off(1);
    arm.power_on(1);
    multicast(arm, 0, group(1));
    arm.run_for(50ms);
    CHECK(arm.record(1).count("datagram") == 0);
    join(arm, 1);
    multicast(arm, 0, group(1));
    REQUIRE(arm.wait_for(1, "datagram", 1, 2s));
  });
}

}  // namespace splitscope::conformance
