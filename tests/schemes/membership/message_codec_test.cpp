#include "schemes/membership/message_codec.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "engine/base/prng.hpp"

using namespace splitscope;
using namespace splitscope::schemes;

namespace {

// Arbitrary but valid values, from a seed that RapidCheck shrinks.
class Arbitrary {
 public:
  explicit Arbitrary(std::uint64_t seed) : prng_(seed) {}

  std::uint32_t number(std::uint32_t bound) {
    return static_cast<std::uint32_t>(prng_.below(bound));
  }
  bool flag() { return number(2) == 1; }
  std::uint64_t word() { return prng_.next(); }
  base::Endpoint endpoint() {
    const auto address = static_cast<std::uint32_t>(prng_.next());
    return {base::Ipv4{address}, static_cast<std::uint16_t>(prng_.next())};
  }
  base::Uuid uuid() {
    const std::uint64_t high = prng_.next();
    return {high, prng_.next()};
  }
  std::int32_t version() { return static_cast<std::int32_t>(number(1u << 30)); }
  std::string name() { return std::string(number(40), 'n'); }
  MembersView view() {
    std::vector<MemberInfo> members;
    const std::uint32_t count = number(30);
    for (std::uint32_t i = 0; i < count; ++i) {
      MemberInfo info;
      info.uuid = uuid();
      info.endpoint = {base::Ipv4{i + 1}, static_cast<std::uint16_t>(number(65536))};
      info.join_version = version();
      info.data_member = flag();
      members.push_back(info);
    }
    return MembersView::make(version(), std::move(members)).value();
  }
  JoinMessage join_message() {
    JoinMessage message;
    message.endpoint = endpoint();
    message.uuid = uuid();
    message.cluster_name = name();
    message.version = {5, 3, static_cast<std::uint8_t>(number(256))};
    message.joiner = static_cast<JoinerKind>(number(4));
    message.data_member = flag();
    return message;
  }
  ViewMetadata metadata() {
    ViewMetadata metadata;
    metadata.member = endpoint();
    metadata.member_uuid = uuid();
    metadata.master = endpoint();
    metadata.master_uuid = uuid();
    metadata.version = version();
    return metadata;
  }

  void fill(Bind& m) {
    m.endpoint = endpoint();
    m.target = endpoint();
    m.answer_expected = flag();
    m.life = word();
    m.counter = number(1000);
  }
  void fill(WhoIsMaster& m) { m.from = join_message(); }
  void fill(MasterAnswer& m) { m.master = endpoint(); }
  void fill(JoinRequest& m) {
    m.from = join_message();
    m.try_count = number(1000);
  }
  void fill(FinalizeJoin& m) {
    m.sender = uuid();
    m.receiver = uuid();
    m.view = view();
    m.cluster_version = {3, 12, 13};
    m.wall_time_ns = static_cast<std::int64_t>(word() >> 2);
  }
  void fill(MembersUpdate& m) {
    m.sender = uuid();
    m.view = view();
  }
  void fill(Heartbeat& m) {
    m.sender = metadata();
    m.wall_time_ns = static_cast<std::int64_t>(word() >> 2);
    const std::uint32_t count = number(3);
    for (std::uint32_t i = 0; i < count; ++i) m.lost.push_back(uuid());
  }
  void fill(ExplicitSuspicion& m) {
    m.expected = metadata();
    m.joining = uuid();
  }
  void fill(ExplicitSuspicionTrigger& m) {
    m.version = version();
    m.suspect = metadata();
  }
  void fill(JoinMastershipClaim& m) { m.round = number(1000); }
  void fill(JoinMastershipVote& m) {
    m.round = number(1000);
    m.yes = flag();
  }
  void fill(FetchMembersView& m) {
    m.round = number(1000);
    m.sender = uuid();
    m.receiver = uuid();
  }
  void fill(FetchMembersViewAnswer& m) {
    m.round = number(1000);
    m.sender = uuid();
    m.verdict = static_cast<FetchMembersViewAnswer::Verdict>(number(3));
    m.view = view();
  }
  void fill(SplitBrainCheck& m) {
    m.from = join_message();
    m.round = number(1000);
    m.view_version = version();
    m.data_member_count = number(1000);
    const std::uint32_t count = number(20);
    for (std::uint32_t i = 0; i < count; ++i) m.members.push_back(endpoint());
  }
  void fill(SplitBrainCheckAnswer& m) {
    m.is_master = flag();
    fill(m.cluster);
  }
  void fill(MergeClusters& m) {
    m.sender = uuid();
    m.target = endpoint();
  }
  void fill(ConfigMismatch& m) { m.cluster_name = name(); }
  void fill(JoinRefused& m) { m.reason = static_cast<std::uint8_t>(number(256)); }
  void fill(HeartbeatComplaint& m) {
    m.receiver = metadata();
    m.sender = metadata();
  }
  void fill(ShutdownRequest& m) { m.member = uuid(); }
  void fill(ShutdownAnswer& m) { m.member = uuid(); }

 private:
  base::Prng prng_;
};

struct Codec {
  base::MessagePool pool;
  MessageEncoder encoder{pool};
};

template <typename Payload>
Payload arbitrary(std::uint64_t seed) {
  Payload payload;
  Arbitrary(seed).fill(payload);
  return payload;
}

}  // namespace

TEMPLATE_TEST_CASE("a message comes out of its bytes as it went in", "[schemes][membership][codec]",
                   Bind, WhoIsMaster, MasterAnswer, JoinRequest, FinalizeJoin, MembersUpdate,
                   Heartbeat, ExplicitSuspicion, ExplicitSuspicionTrigger, JoinMastershipClaim,
                   JoinMastershipVote, FetchMembersView, FetchMembersViewAnswer, SplitBrainCheck,
                   SplitBrainCheckAnswer, MergeClusters, ConfigMismatch, JoinRefused,
                   HeartbeatComplaint, ShutdownRequest, ShutdownAnswer) {
  rc::check([](std::uint64_t seed) {
    Codec codec;
    const auto sent = arbitrary<TestType>(seed);
    const base::Message frame = codec.encoder.encode(sent);
    const auto header = wire::read_frame_header(frame.bytes());
    RC_ASSERT(header.has_value());
    RC_ASSERT(header->size == frame.size());
    RC_ASSERT(header->type == static_cast<std::uint16_t>(TestType::Type));
    TestType received;
    RC_ASSERT(decode(frame, received));
    RC_ASSERT(received == sent);
  });
}

TEMPLATE_TEST_CASE("a message that is too short or too long is malformed",
                   "[schemes][membership][codec]", Bind, WhoIsMaster, MasterAnswer, JoinRequest,
                   FinalizeJoin, MembersUpdate, Heartbeat, ExplicitSuspicion,
                   ExplicitSuspicionTrigger, JoinMastershipClaim, JoinMastershipVote,
                   FetchMembersView, FetchMembersViewAnswer, SplitBrainCheck, SplitBrainCheckAnswer,
                   MergeClusters, ConfigMismatch, JoinRefused, HeartbeatComplaint, ShutdownRequest,
                   ShutdownAnswer) {
  Codec codec;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const base::Message frame = codec.encoder.encode(arbitrary<TestType>(seed));
    std::vector<std::byte> bytes(frame.bytes().begin(), frame.bytes().end());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      TestType received;
      CHECK_FALSE(decode(codec.pool.make(std::span(bytes).first(size)), received));
    }
    bytes.push_back(std::byte{0});
    TestType received;
    CHECK_FALSE(decode(codec.pool.make(bytes), received));
  }
}

TEST_CASE("bytes that are no message are refused, whatever they are",
          "[schemes][membership][codec]") {
  rc::check([](const std::vector<std::uint8_t>& garbage) {
    base::MessagePool pool;
    std::vector<std::byte> bytes(wire::FrameHeaderSize);
    for (const std::uint8_t value : garbage) bytes.push_back(std::byte{value});
    const base::Message frame = pool.make(bytes);
    MembersUpdate update;
    SplitBrainCheckAnswer answer;
    Heartbeat heartbeat;
    // Whether they decode is up to chance; that they do no harm is not.
    static_cast<void>(decode(frame, update) || decode(frame, answer) || decode(frame, heartbeat));
  });
}

TEST_CASE("a list that claims more members than its bytes hold is malformed",
          "[schemes][membership][codec]") {
  Codec codec;
  MembersUpdate update;
  update.view = MembersView::founded_by({{1, 2}, {base::ipv4(10, 0, 0, 1), 5701}, 1, true});
  const base::Message frame = codec.encoder.encode(update);
  std::vector<std::byte> bytes(frame.bytes().begin(), frame.bytes().end());
  const std::size_t count_at = wire::FrameHeaderSize + 16 + 4;
  bytes[count_at] = std::byte{0x7f};
  MembersUpdate received;
  CHECK_FALSE(decode(codec.pool.make(bytes), received));
}

TEST_CASE("a list that names one member twice is malformed", "[schemes][membership][codec]") {
  Codec codec;
  MembersUpdate update;
  const MemberInfo first{{1, 2}, {base::ipv4(10, 0, 0, 1), 5701}, 1, true};
  const MemberInfo second{{3, 4}, {base::ipv4(10, 0, 0, 2), 5701}, 2, true};
  update.view = MembersView::make(2, {first, second}).value();
  const base::Message frame = codec.encoder.encode(update);
  std::vector<std::byte> bytes(frame.bytes().begin(), frame.bytes().end());
  const std::size_t members_at = wire::FrameHeaderSize + 16 + 4 + 4;
  constexpr std::size_t MemberSize = 27;
  std::copy_n(bytes.begin() + members_at, 16, bytes.begin() + members_at + MemberSize);
  MembersUpdate received;
  CHECK_FALSE(decode(codec.pool.make(bytes), received));
}

TEST_CASE("an enumerator, a version or a time that cannot be is malformed",
          "[schemes][membership][codec]") {
  Codec codec;
  const auto spoil = [&](base::Message frame, std::size_t offset, std::uint8_t value) {
    std::vector<std::byte> bytes(frame.bytes().begin(), frame.bytes().end());
    bytes[wire::FrameHeaderSize + offset] = std::byte{value};
    return codec.pool.make(bytes);
  };
  FetchMembersViewAnswer answer;
  CHECK_FALSE(decode(spoil(codec.encoder.encode(answer), 4 + 16, 3), answer));
  ExplicitSuspicionTrigger trigger;
  CHECK_FALSE(decode(spoil(codec.encoder.encode(trigger), 0, 0x41), trigger));
  Heartbeat heartbeat;
  CHECK_FALSE(decode(spoil(codec.encoder.encode(heartbeat), 48, 0x80), heartbeat));
}

TEST_CASE("every message type has a name, and the name leads back",
          "[schemes][membership][codec]") {
  for (std::uint16_t number = 1; number <= MessageTypeLast; ++number) {
    const auto type = static_cast<MessageType>(number);
    CHECK(to_text(type) != "unknown");
    CHECK(message_type(to_text(type)) == type);
  }
  CHECK(to_text(MessageType::FinalizeJoin) == "FinalizeJoin");
  CHECK_FALSE(message_type("Gossip").has_value());
  CHECK(to_text(static_cast<MessageType>(999)) == "unknown");
}
