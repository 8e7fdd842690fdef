#include "engine/auth/join_handshake.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "engine/wire/frame.hpp"

namespace splitscope::auth {
namespace {

using Role = JoinHandshake::Role;
using State = JoinHandshake::State;
using Bytes = std::vector<std::byte>;

constexpr base::Ipv4 A = base::ipv4(10, 0, 0, 1);
constexpr base::Ipv4 B = base::ipv4(10, 0, 0, 2);

JoinSecret secret(std::string_view text) {
  return *JoinSecret::from_text(text);
}
Nonce nonce(std::uint8_t fill) {
  Nonce nonce;
  nonce.fill(std::byte{fill});
  return nonce;
}

// A connects to B. What differs from the good case is set by each test.
struct Ends {
  JoinSecret secret_a = secret("opensesame");
  JoinSecret secret_b = secret("opensesame");
  JoinHandshake::Parameters a{"prod", A, {B, 5701}, {nonce(3), 7, 5701}};
  JoinHandshake::Parameters b{"prod", B, {A, 40'000}, {nonce(4), 9, 5702}};
  Nonce nonce_a = nonce(1);
  Nonce nonce_b = nonce(2);

  JoinHandshake connector() const { return {secret_a, Role::Connector, a, nonce_a}; }
  JoinHandshake acceptor() const { return {secret_b, Role::Acceptor, b, nonce_b}; }
  // Whether both come to trust each other.
  bool agree() const {
    JoinHandshake from = connector();
    JoinHandshake to = acceptor();
    const Bytes challenge = to.on_frame(from.hello());
    if (to.state() == State::Failed) return false;
    const Bytes proof = from.on_frame(challenge);
    if (from.state() != State::Open) {
      CHECK(proof.empty());
      return false;
    }
    to.on_frame(proof);
    return to.state() == State::Open;
  }
};

}  // namespace

TEST_CASE("two that know the secret trust each other, with keys of their own for each way",
          "[auth][handshake]") {
  const Ends ends;
  JoinHandshake from = ends.connector();
  JoinHandshake to = ends.acceptor();
  const Bytes proof = from.on_frame(to.on_frame(from.hello()));
  CHECK(from.state() == State::Open);
  CHECK(to.state() == State::AwaitingProof);
  CHECK(to.on_frame(proof).empty());
  REQUIRE(to.state() == State::Open);
  CHECK(from.keys().sending == to.keys().receiving);
  CHECK(from.keys().receiving == to.keys().sending);
  CHECK(from.keys().sending != from.keys().receiving);
  CHECK(from.peer_stamp() == ends.b.stamp);
  CHECK(to.peer_stamp() == ends.a.stamp);
}

TEST_CASE("another secret, cluster, address or target is not trusted", "[auth][handshake]") {
  CHECK(Ends{}.agree());
  Ends ends;
  SECTION("secret") {
    ends.secret_b = secret("opensesame.");
  }
  SECTION("cluster") {
    ends.b.cluster_name = "dev";
  }
  SECTION("the connector is not where it says") {
    ends.a.self = base::ipv4(10, 0, 0, 3);
  }
  SECTION("the connector means another") {
    ends.a.peer.address = base::ipv4(10, 0, 0, 3);
  }
  SECTION("the same nonce: our own words thrown back") {
    ends.nonce_b = ends.nonce_a;
  }
  CHECK_FALSE(ends.agree());
}

TEST_CASE("an old exchange proves nothing to an acceptor, nor to a connector",
          "[auth][handshake]") {
  const Ends then;
  JoinHandshake from = then.connector();
  JoinHandshake to = then.acceptor();
  const Bytes hello = from.hello();
  const Bytes challenge = to.on_frame(hello);
  const Bytes proof = from.on_frame(challenge);
  Ends now;
  now.nonce_a = nonce(11);
  now.nonce_b = nonce(12);
  JoinHandshake acceptor = now.acceptor();
  acceptor.on_frame(hello);
  acceptor.on_frame(proof);
  CHECK(acceptor.state() == State::Failed);
  JoinHandshake connector = now.connector();
  CHECK(connector.on_frame(challenge).empty());
  CHECK(connector.state() == State::Failed);
}

TEST_CASE("a peer's own code thrown back is not its proof", "[auth][handshake]") {
  // A stranger connects, and answers the challenge with the code that the challenge itself carries.
  const Ends ends;
  JoinHandshake victim = ends.acceptor();
  const Bytes challenge = victim.on_frame(ends.connector().hello());
  wire::ByteWriter writer;
  wire::begin_frame(writer, static_cast<std::uint16_t>(FrameType::Proof), 0, 0);
  put(writer, std::span(challenge).last(sizeof(Code)));
  wire::finish_frame(writer);
  victim.on_frame(writer.bytes());
  CHECK(victim.state() == State::Failed);
}

TEST_CASE("a changed bit anywhere, a cut or a longer frame ends it", "[auth][handshake]") {
  CHECK(rc::check([] {
    const Ends ends;
    JoinHandshake from = ends.connector();
    JoinHandshake to = ends.acceptor();
    std::vector<Bytes> frames{from.hello()};
    const int damaged = *rc::gen::inRange(0, 3);
    const auto damage = [](Bytes& frame) {
      const int how = *rc::gen::inRange(0, 3);
      if (how == 0) frame.pop_back();
      if (how == 1) frame.push_back(std::byte{0});
      if (how == 2) {
        const auto at = *rc::gen::inRange<std::size_t>(0, frame.size());
        frame[at] ^= std::byte{1} << *rc::gen::inRange(0, 8);
      }
    };
    Bytes frame = from.hello();
    if (damaged == 0) damage(frame);
    frame = to.on_frame(frame);
    if (to.state() == State::Failed) {
      RC_ASSERT(damaged == 0);
      return;
    }
    if (damaged == 1) damage(frame);
    frame = from.on_frame(frame);
    if (from.state() == State::Failed) {
      // A damaged nonce or stamp of the hello shows here at the latest.
      RC_ASSERT(damaged <= 1);
      return;
    }
    if (damaged == 2) damage(frame);
    to.on_frame(frame);
    // The header's sender and counter are not part of what is proven, and mean nothing here.
    const bool is_trusted = to.state() == State::Open;
    if (is_trusted) RC_ASSERT(from.keys().sending == to.keys().receiving);
  }));
}

TEST_CASE("frames out of turn end it", "[auth][handshake]") {
  const Ends ends;
  JoinHandshake acceptor = ends.acceptor();
  const Bytes hello = ends.connector().hello();
  acceptor.on_frame(hello);
  acceptor.on_frame(hello);
  CHECK(acceptor.state() == State::Failed);
  acceptor.on_frame(hello);
  CHECK(acceptor.state() == State::Failed);
}

TEST_CASE("a secret is its text without line ends, bounded", "[auth][secret]") {
  CHECK_FALSE(JoinSecret::from_text("\n").has_value());
  CHECK_FALSE(JoinSecret::from_text(std::string(JoinSecret::SizeMax + 1, 'x')).has_value());
  CHECK(JoinSecret::from_text(std::string(JoinSecret::SizeMax, 'x')).has_value());
  const std::span<const std::byte> nothing;
  CHECK(secret("a\r\n").code("use", nothing) == secret("a").code("use", nothing));
  CHECK(secret("a").code("use", nothing) != secret("b").code("use", nothing));
  CHECK(secret("a").code("use", nothing) != secret("a").code("other", nothing));
}

}  // namespace splitscope::auth
