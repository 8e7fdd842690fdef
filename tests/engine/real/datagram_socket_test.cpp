// Datagrams and multicast through RealTransport, which is their only user.
#include "engine/real/datagram_socket.hpp"

#include "tests/support/real_lab.hpp"

namespace splitscope::tests {
namespace {

class Ear final : public env::DatagramHandler {
 public:
  void on_datagram(base::Endpoint from, const base::Message& datagram) override {
    heard.push_back(datagram.size());
    last_from = from;
  }
  std::vector<std::uint32_t> heard;
  base::Endpoint last_from;
};

}  // namespace

TEST_CASE("a datagram goes from port to port", "[real][datagram]") {
  real::Loop loop;
  Host a(loop, false, base::ipv4(127, 0, 0, 1));
  Host b(loop, false, base::ipv4(127, 0, 0, 2));
  Ear ear_a;
  Ear ear_b;
  const std::uint16_t port = free_datagram_port();
  REQUIRE(a.peer->environment().transport.bind_datagram(port, ear_a).has_value());
  REQUIRE(b.peer->environment().transport.bind_datagram(port, ear_b).has_value());
  CHECK_FALSE(a.peer->environment().transport.bind_datagram(port, ear_a).has_value());
  a.peer->environment().transport.send_datagram(port, {base::ipv4(127, 0, 0, 2), port},
                                                a.peer->frame(200));
  REQUIRE(run_until(loop, [&ear_b] { return !ear_b.heard.empty(); }));
  CHECK(ear_b.heard == std::vector<std::uint32_t>{216});
  CHECK(ear_b.last_from == base::Endpoint{base::ipv4(127, 0, 0, 1), port});
  CHECK(ear_a.heard.empty());
}

TEST_CASE("who joined a group hears it until it leaves", "[real][datagram]") {
  real::Loop loop;
  Host sender(loop);
  Host receiver(loop, false, base::ipv4(127, 0, 0, 2));
  Ear ear;
  const env::MulticastOptions group{{base::ipv4(224, 2, 2, 77), free_datagram_port()}, 1, true};
  env::Transport& transport = receiver.peer->environment().transport;
  REQUIRE(transport.join_group(group, ear).has_value());
  CHECK_FALSE(transport.join_group(group, ear).has_value());
  sender.peer->environment().transport.send_multicast(group, sender.peer->frame(10));
  REQUIRE(run_until(loop, [&ear] { return !ear.heard.empty(); }));
  transport.leave_group(group.group);
  sender.peer->environment().transport.send_multicast(group, sender.peer->frame(10));
  loop.run_for(20ms);
  CHECK(ear.heard == std::vector<std::uint32_t>{26});
}

}  // namespace splitscope::tests
