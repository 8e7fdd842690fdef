#include "schemes/multicast/multicast_codec.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

namespace splitscope::schemes {
namespace {

JoinMessage join_message() {
  JoinMessage message;
  message.endpoint = {base::ipv4(10, 0, 0, 7), 5702};
  message.uuid = {0x1234'5678'9abc'4def, 0x8fed'cba9'8765'4321};
  message.cluster_name = "corp.id";
  message.version = {5, 3, 8};
  message.joiner = JoinerKind::Multicast;
  message.data_member = false;
  return message;
}

template <typename Payload>
Payload round_trip(const Payload& payload) {
  base::MessagePool pool;
  MessageEncoder encoder(pool);
  const auto decoded = decode_datagram(encoder.encode(payload));
  REQUIRE(std::holds_alternative<Payload>(decoded));
  return std::get<Payload>(decoded);
}

bool is_malformed(base::MessagePool& pool, std::span<const std::byte> bytes) {
  return std::holds_alternative<std::monostate>(decode_datagram(pool.make(bytes)));
}

}  // namespace

TEST_CASE("what a datagram carries comes back unchanged", "[schemes][multicast]") {
  const JoinRequest request{join_message(), 17};
  CHECK(round_trip(request) == request);
  const MulticastAnswer answer{join_message()};
  CHECK(round_trip(answer) == answer);
  SplitBrainCheck check;
  check.from = join_message();
  check.members = {check.from.endpoint};
  check.data_member_count = 1;
  CHECK(round_trip(check) == check);
}

TEST_CASE("a list that would not fit a datagram is cut, its master kept", "[schemes][multicast]") {
  SplitBrainCheck check;
  check.from = join_message();
  for (std::uint32_t i = 0; i < 12'000; ++i) check.members.push_back({{0x0a000000 + i}, 5701});
  const SplitBrainCheck fitted = fit_datagram(check);
  CHECK(fitted.members.front() == check.members.front());
  CHECK(fitted.members.size() > 10'000);
  CHECK(fitted.members.size() * 6 < DatagramSizeMax);
  SplitBrainCheck small = check;
  small.members.resize(5);
  CHECK(fit_datagram(small) == small);
}

TEST_CASE("messages that belong on connections are not taken from a datagram",
          "[schemes][multicast]") {
  base::MessagePool pool;
  MessageEncoder encoder(pool);
  CHECK(std::holds_alternative<std::monostate>(
      decode_datagram(encoder.encode(WhoIsMaster{join_message()}))));
}

TEST_CASE("every shortened or lengthened datagram is malformed", "[schemes][multicast]") {
  base::MessagePool pool;
  MessageEncoder encoder(pool);
  const base::Message whole = encoder.encode(JoinRequest{join_message(), 3});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(is_malformed(pool, whole.bytes().first(size)));
  }
  std::vector<std::byte> longer(whole.bytes().begin(), whole.bytes().end());
  longer.push_back(std::byte{0});
  CHECK(is_malformed(pool, longer));
}

TEST_CASE("properties of datagrams", "[schemes][multicast][property]") {
  rc::prop("changed bytes never do worse than decode to something or be malformed", [] {
    base::MessagePool pool;
    MessageEncoder encoder(pool);
    SplitBrainCheck check;
    check.from = join_message();
    check.members = {check.from.endpoint, {base::ipv4(10, 0, 0, 8), 5701}};
    const base::Message whole = encoder.encode(check);
    std::vector<std::byte> bytes(whole.bytes().begin(), whole.bytes().end());
    const auto position = *rc::gen::inRange<std::size_t>(0, bytes.size());
    bytes[position] = std::byte{*rc::gen::arbitrary<std::uint8_t>()};
    const auto decoded = decode_datagram(pool.make(bytes));
    if (const auto* changed = std::get_if<SplitBrainCheck>(&decoded)) {
      RC_ASSERT(changed->members.size() <= MemberCountMax);
      RC_ASSERT(changed->from.cluster_name.size() <= ClusterNameSizeMax);
    }
  });
  rc::prop("noise is malformed", [] {
    base::MessagePool pool;
    const auto noise =
        *rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>());
    std::vector<std::byte> bytes;
    for (const std::uint8_t value : noise) bytes.push_back(std::byte{value});
    RC_ASSERT(is_malformed(pool, bytes));
  });
}

}  // namespace splitscope::schemes
