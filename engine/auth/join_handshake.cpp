#include "engine/auth/join_handshake.hpp"

#include "engine/base/assert.hpp"
#include "engine/wire/frame.hpp"

namespace splitscope::auth {

using wire::ByteReader;
using wire::ByteWriter;

namespace {

constexpr std::string_view ConnectorLabel = "splitscope join 1: connector";
constexpr std::string_view AcceptorLabel = "splitscope join 1: acceptor";
constexpr std::string_view ToAcceptorLabel = "splitscope key 1: to acceptor";
constexpr std::string_view ToConnectorLabel = "splitscope key 1: to connector";

void put_stamp(ByteWriter& writer, const DatagramStamp& stamp) {
  put(writer, stamp.nonce);
  writer.u64(stamp.counter);
  writer.u16(stamp.port);
}

template <std::size_t Size>
void take(ByteReader& reader, std::array<std::byte, Size>& bytes) {
  for (std::byte& byte : bytes) byte = std::byte{reader.u8()};
}

void take_stamp(ByteReader& reader, DatagramStamp& stamp) {
  take(reader, stamp.nonce);
  stamp.counter = reader.u64();
  stamp.port = reader.u16();
}

void begin(ByteWriter& writer, FrameType type) {
  wire::begin_frame(writer, static_cast<std::uint16_t>(type), 0, 0);
}

std::vector<std::byte> end(ByteWriter& writer) {
  wire::finish_frame(writer);
  return {writer.bytes().begin(), writer.bytes().end()};
}

// The payload of a frame of that type, else none.
std::optional<ByteReader> open(std::span<const std::byte> frame, FrameType type) {
  const auto header = wire::read_frame_header(frame);
  if (!header.has_value() || header->size != frame.size()) return std::nullopt;
  if (header->type != static_cast<std::uint16_t>(type)) return std::nullopt;
  return ByteReader(frame.subspan(wire::FrameHeaderSize));
}

}  // namespace

JoinHandshake::JoinHandshake(const JoinSecret& secret, Role role, Parameters parameters,
                             const Nonce& nonce)
    : secret_(&secret),
      role_(role),
      parameters_(std::move(parameters)),
      state_(role == Role::Connector ? State::AwaitingChallenge : State::AwaitingHello),
      own_nonce_(nonce),
      target_(role == Role::Connector ? parameters_.peer.address : parameters_.self) {}

void JoinHandshake::enter(State next) {
  const bool is_open =
      next == State::Open && (state_ == State::AwaitingChallenge || state_ == State::AwaitingProof);
  const bool is_hello = next == State::AwaitingProof && state_ == State::AwaitingHello;
  SPLITSCOPE_ASSERT(is_open || is_hello || next == State::Failed);
  state_ = next;
}

std::vector<std::byte> JoinHandshake::hello() {
  SPLITSCOPE_ASSERT(role_ == Role::Connector);
  ByteWriter writer;
  begin(writer, FrameType::Hello);
  put(writer, own_nonce_);
  writer.u32(parameters_.self.value);
  writer.u32(target_.value);
  put_stamp(writer, parameters_.stamp);
  return end(writer);
}

std::vector<std::byte> JoinHandshake::on_frame(std::span<const std::byte> frame) {
  switch (state_) {
    case State::AwaitingHello:
      return on_hello(frame);
    case State::AwaitingChallenge:
      return on_challenge(frame);
    case State::AwaitingProof:
      on_proof(frame);
      return {};
    case State::Open:
    case State::Failed:
      break;
  }
  enter(State::Failed);
  return {};
}

std::vector<std::byte> JoinHandshake::on_hello(std::span<const std::byte> frame) {
  auto reader = open(frame, FrameType::Hello);
  if (!reader.has_value()) {
    enter(State::Failed);
    return {};
  }
  take(*reader, peer_nonce_);
  const base::Ipv4 claimed{reader->u32()};
  const base::Ipv4 target{reader->u32()};
  take_stamp(*reader, peer_stamp_);
  // Who it says it is must be where it comes from, and it must mean us.
  const bool fits = reader->finished() && claimed == parameters_.peer.address &&
                    target == parameters_.self && peer_nonce_ != own_nonce_;
  if (!fits) {
    enter(State::Failed);
    return {};
  }
  enter(State::AwaitingProof);
  ByteWriter writer;
  begin(writer, FrameType::Challenge);
  put(writer, own_nonce_);
  put_stamp(writer, parameters_.stamp);
  put(writer, code_from(Role::Acceptor));
  return end(writer);
}

std::vector<std::byte> JoinHandshake::on_challenge(std::span<const std::byte> frame) {
  auto reader = open(frame, FrameType::Challenge);
  if (!reader.has_value()) {
    enter(State::Failed);
    return {};
  }
  take(*reader, peer_nonce_);
  take_stamp(*reader, peer_stamp_);
  Code code{};
  take(*reader, code);
  if (!reader->finished() || peer_nonce_ == own_nonce_ ||
      !are_equal(code, code_from(Role::Acceptor))) {
    enter(State::Failed);
    return {};
  }
  enter(State::Open);
  ByteWriter writer;
  begin(writer, FrameType::Proof);
  put(writer, code_from(Role::Connector));
  return end(writer);
}

void JoinHandshake::on_proof(std::span<const std::byte> frame) {
  auto reader = open(frame, FrameType::Proof);
  Code code{};
  if (reader.has_value()) take(*reader, code);
  const bool good =
      reader.has_value() && reader->finished() && are_equal(code, code_from(Role::Connector));
  enter(good ? State::Open : State::Failed);
}

// Everything that both ends must see alike.
std::vector<std::byte> JoinHandshake::transcript() const {
  const bool is_connector = role_ == Role::Connector;
  ByteWriter writer;
  writer.text(parameters_.cluster_name);
  put(writer, is_connector ? own_nonce_ : peer_nonce_);
  put(writer, is_connector ? peer_nonce_ : own_nonce_);
  writer.u32((is_connector ? parameters_.self : parameters_.peer.address).value);
  writer.u32(target_.value);
  put_stamp(writer, is_connector ? parameters_.stamp : peer_stamp_);
  put_stamp(writer, is_connector ? peer_stamp_ : parameters_.stamp);
  return {writer.bytes().begin(), writer.bytes().end()};
}

Code JoinHandshake::code_from(Role role) const {
  return secret_->code(role == Role::Connector ? ConnectorLabel : AcceptorLabel, transcript());
}

SessionKeys JoinHandshake::keys() const {
  SPLITSCOPE_ASSERT(state_ == State::Open);
  const std::vector<std::byte> both = transcript();
  const Code to_acceptor = secret_->code(ToAcceptorLabel, both);
  const Code to_connector = secret_->code(ToConnectorLabel, both);
  if (role_ == Role::Connector) return {to_acceptor, to_connector};
  return {to_connector, to_acceptor};
}

const DatagramStamp& JoinHandshake::peer_stamp() const {
  SPLITSCOPE_ASSERT(state_ == State::Open);
  return peer_stamp_;
}

}  // namespace splitscope::auth
