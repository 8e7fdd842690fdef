#include "engine/lab/lab_switch.hpp"

#include <sstream>

#include <netinet/in.h>

#include "engine/lab/frame_capture.hpp"
#include "lab_support.hpp"

namespace splitscope::lab::test {
namespace {

using namespace std::chrono_literals;

constexpr net::LinkModel Slow{.delay_min = 20ms, .delay_max = 20ms};

void send_datagram(const FileDescriptor& socket, std::uint32_t host, std::uint16_t port) {
  const sockaddr_in there = address_of(host, port);
  REQUIRE(::sendto(socket.get(), "hello", 5, 0, reinterpret_cast<const sockaddr*>(&there),
                   sizeof there) == 5);
}

}  // namespace

TEST_CASE("lab: datagrams and streams cross the switch with its delay", "[engine][lab][kernel]") {
  if (!splitscope::testing::has_namespaces("lab: datagrams and streams")) return;
  const TemporaryFolders folders;
  const auto lab = open_lab(folders, 2, Slow);
  const FileDescriptor receiver = socket_on(*lab, 1, SOCK_DGRAM, 5701);
  const FileDescriptor sender = socket_on(*lab, 0, SOCK_DGRAM, 5701);
  send_datagram(sender, 1, 5701);
  REQUIRE(readable_within(receiver.get(), 3s));  // ARP first
  char text[8]{};
  CHECK(::recv(receiver.get(), text, sizeof text, 0) == 5);
  const base::Instant sent = lab->clock().now();
  send_datagram(sender, 1, 5701);
  REQUIRE(readable_within(receiver.get(), 3s));
  CHECK(lab->clock().now() - sent >= 20ms);

  const FileDescriptor listener = socket_on(*lab, 1, SOCK_STREAM, 5702);
  REQUIRE(::listen(listener.get(), 4) == 0);
  const FileDescriptor client = socket_on(*lab, 0, SOCK_STREAM);
  REQUIRE(connects(client, 1, 5702));
  const FileDescriptor served(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  const std::vector<char> megabyte(1 << 20, 'x');
  std::jthread writer([&] { ::send(client.get(), megabyte.data(), megabyte.size(), 0); });
  std::vector<char> got(megabyte.size());
  CHECK(::recv(served.get(), got.data(), got.size(), MSG_WAITALL) ==
        static_cast<ssize_t>(got.size()));
  CHECK(got == megabyte);
  CHECK(lab->network().counters().malformed == 0);
}

TEST_CASE("lab: a cut, a refusal and a heal are what real sockets see", "[engine][lab][kernel]") {
  if (!splitscope::testing::has_namespaces("lab: a cut, a refusal and a heal")) return;
  const TemporaryFolders folders;
  const auto lab = open_lab(folders, 2);
  const FileDescriptor listener = socket_on(*lab, 1, SOCK_STREAM, 5701);
  REQUIRE(::listen(listener.get(), 4) == 0);
  const FileDescriptor refused = socket_on(*lab, 0, SOCK_STREAM);
  CHECK_FALSE(connects(refused, 1, 5799));
  CHECK(errno == ECONNREFUSED);

  net::PacketRule rule;
  rule.action = net::PacketRule::Action::Reject;
  rule.reject = net::RejectKind::TcpReset;
  rule.match.port = 5701;
  const net::RuleId reject = lab->network().install(rule);
  const FileDescriptor reset = socket_on(*lab, 0, SOCK_STREAM);
  CHECK_FALSE(connects(reset, 1, 5701));
  CHECK(errno == ECONNREFUSED);
  lab->network().remove(reject);
  CHECK(lab->network().effect(reject).rejected == 1);

  rule = {};
  const net::RuleId cut = lab->network().install(rule);
  const FileDescriptor lost = socket_on(*lab, 0, SOCK_STREAM);
  const timeval patience{0, 300'000};
  ::setsockopt(lost.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  CHECK_FALSE(connects(lost, 1, 5701));
  lab->network().remove(cut);
  CHECK(lab->network().effect(cut).dropped >= 1);
  const FileDescriptor healed = socket_on(*lab, 0, SOCK_STREAM);
  CHECK(connects(healed, 1, 5701));
}

TEST_CASE("lab: multicast reaches who joined, in a namespace as on a cable",
          "[engine][lab][kernel]") {
  if (!splitscope::testing::has_namespaces("lab: multicast")) return;
  const TemporaryFolders folders;
  const auto lab = open_lab(folders, 3);
  const FileDescriptor member = socket_on(*lab, 1, SOCK_DGRAM);
  sockaddr_in group = address_of(0, 54327);
  group.sin_addr.s_addr = htonl(base::ipv4(224, 2, 2, 3).value);
  REQUIRE(::bind(member.get(), reinterpret_cast<sockaddr*>(&group), sizeof group) == 0);
  ip_mreq joining{};
  joining.imr_multiaddr = group.sin_addr;
  joining.imr_interface = address_of(1, 0).sin_addr;
  REQUIRE(::setsockopt(member.get(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &joining, sizeof joining) == 0);
  const FileDescriptor sender = socket_on(*lab, 0, SOCK_DGRAM);
  CHECK(comes_true([&] {
    ::sendto(sender.get(), "x", 1, 0, reinterpret_cast<sockaddr*>(&group), sizeof group);
    return readable_within(member.get(), 10ms);
  }));
}

TEST_CASE("lab: frames are recorded with what became of them", "[engine][lab][kernel]") {
  if (!splitscope::testing::has_namespaces("lab: frames are recorded")) return;
  const TemporaryFolders folders;
  std::ostringstream out;
  FrameCapture capture(out, {});
  {
    const auto lab = open_lab(folders, 2);
    lab->network().set_observer(&capture);
    lab->network().install({});
    const FileDescriptor sender = socket_on(*lab, 0, SOCK_DGRAM, 5701);
    for (int i = 0; i < 3; ++i) send_datagram(sender, 1, 5701);
    CHECK(comes_true([&] { return lab->network().counters().received >= 3; }));
  }
  const auto frames = capture.finish();
  REQUIRE(frames.has_value());
  CHECK(*frames >= 3);
  CHECK(out.str().find("dropped by a fault") != std::string::npos);
}

}  // namespace splitscope::lab::test
