#include "schemes/data/data_codec.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "engine/base/prng.hpp"

namespace splitscope::schemes {
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
  std::uint64_t version() { return word() >> 3; }
  base::Uuid uuid() {
    const std::uint64_t high = prng_.next() | 1;
    return {high, prng_.next()};
  }
  MigrationId migration() {
    const std::uint32_t partition = number(PartitionCountMax);
    return {partition, version()};
  }
  std::vector<MapEntry> entries(std::uint32_t count_max) {
    std::vector<MapEntry> result;
    const std::uint32_t count = number(count_max + 1);
    for (std::uint32_t i = 0; i < count; ++i) {
      MapEntry entry;
      entry.key = word();
      entry.value = word();
      entry.updated_at_ms = static_cast<std::int64_t>(word() >> 13);
      entry.hits = number(1000);
      result.push_back(entry);
    }
    return result;
  }
  PartitionState state() {
    PartitionState state;
    state.sender = uuid();
    state.partition_count = 1 + number(PartitionCountMax);
    std::vector<base::Uuid> members;
    for (std::uint32_t i = 0; i < 9; ++i) members.push_back(uuid());
    const std::uint32_t count = number(20);
    for (std::uint32_t i = 0; i < count; ++i) {
      std::vector<base::Uuid> row;
      for (std::uint32_t at = number(8); at > 0; --at) row.push_back(members[number(9)]);
      VersionedRow entry;
      entry.partition = number(state.partition_count);
      entry.version = version();
      entry.row = ReplicaRow(row);
      state.rows.push_back(entry);
    }
    return state;
  }

  void fill(AssignPartitions& m) { m.sender = uuid(); }
  void fill(PartitionState& m) { m = state(); }
  void fill(FetchPartitionState& m) { m.round = number(1000); }
  void fill(PartitionStateAnswer& m) {
    m.round = number(1000);
    m.state = state();
  }
  void fill(MigrationRequest& m) {
    m.id = migration();
    m.destination = uuid();
  }
  void fill(MigrationChunk& m) {
    m.id = migration();
    m.replica_version = version();
    m.number = number(1000);
    m.is_last = flag();
    m.entries = entries(30);
  }
  void fill(MigrationAnswer& m) {
    m.id = migration();
    m.destination = uuid();
    m.done = flag();
  }
  void fill(AntiEntropy& m) {
    for (std::uint32_t i = number(30); i > 0; --i) {
      const std::uint32_t partition = number(PartitionCountMax);
      m.versions.push_back({partition, version()});
    }
  }
  void fill(ReplicaSyncRequest& m) {
    for (std::uint32_t i = number(30); i > 0; --i) {
      m.partitions.push_back(number(PartitionCountMax));
    }
  }
  void fill(ReplicaSync& m) {
    m.partition = number(PartitionCountMax);
    m.replica_version = version();
    m.number = number(1000);
    m.is_last = flag();
    m.entries = entries(30);
  }
  void fill(PutOperation& m) {
    m.call = word();
    m.key = word();
    m.value = word();
  }
  void fill(GetOperation& m) {
    m.call = word();
    m.key = word();
  }
  void fill(MergeOperation& m) {
    m.call = word();
    m.partition = number(PartitionCountMax);
    m.entries = entries(MergeBatchSizeMax);
  }
  void fill(OperationResponse& m) {
    m.call = word();
    m.status = static_cast<OperationResponse::Status>(number(5));
    m.backup_count = number(BackupCountMax + 1);
    m.found = flag();
    m.value = word();
  }
  void fill(Backup& m) {
    m.call = word();
    m.caller = {base::Ipv4{number(1000)}, 5701};
    m.partition = number(PartitionCountMax);
    m.replica_version = version();
    m.entries = entries(MergeBatchSizeMax);
  }
  void fill(BackupAck& m) { m.call = word(); }

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

TEMPLATE_TEST_CASE("a data message comes out of its bytes as it went in", "[schemes][data][codec]",
                   AssignPartitions, PartitionState, FetchPartitionState, PartitionStateAnswer,
                   MigrationRequest, MigrationChunk, MigrationAnswer, AntiEntropy,
                   ReplicaSyncRequest, ReplicaSync, PutOperation, GetOperation, MergeOperation,
                   OperationResponse, Backup, BackupAck) {
  REQUIRE(rc::check([](std::uint64_t seed) {
    Codec codec;
    const auto sent = arbitrary<TestType>(seed);
    const base::Message frame = codec.encoder.encode(sent);
    const auto header = wire::read_frame_header(frame.bytes());
    RC_ASSERT(header.has_value());
    RC_ASSERT(header->type == static_cast<std::uint16_t>(TestType::Type));
    RC_ASSERT(is_about_data(TestType::Type));
    TestType received;
    RC_ASSERT(decode(frame, received));
    RC_ASSERT(received == sent);
  }));
}

TEMPLATE_TEST_CASE("a data message that is too short or too long is malformed",
                   "[schemes][data][codec]", AssignPartitions, PartitionState, FetchPartitionState,
                   PartitionStateAnswer, MigrationRequest, MigrationChunk, MigrationAnswer,
                   AntiEntropy, ReplicaSyncRequest, ReplicaSync, PutOperation, GetOperation,
                   MergeOperation, OperationResponse, Backup, BackupAck) {
  Codec codec;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const base::Message frame = codec.encoder.encode(arbitrary<TestType>(seed));
    std::vector<std::byte> bytes(frame.bytes().begin(), frame.bytes().end());
    std::size_t accepted = 0;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      TestType received;
      if (decode(codec.pool.make(std::span(bytes).first(size)), received)) ++accepted;
    }
    CHECK(accepted == 0);
    bytes.push_back(std::byte{0});
    TestType received;
    CHECK_FALSE(decode(codec.pool.make(bytes), received));
  }
}

TEST_CASE("the largest table and the largest chunk fit into a frame", "[schemes][data][codec]") {
  Codec codec;
  PartitionState state;
  state.partition_count = PartitionCountMax;
  for (std::uint32_t i = 0; i < PartitionCountMax; ++i) {
    std::vector<base::Uuid> row;
    for (std::uint64_t at = 0; at < ReplicaCountMax; ++at) row.push_back({i % 1000 + at + 1, 1});
    state.rows.push_back({.partition = i, .version = i + 1, .row = ReplicaRow(row)});
  }
  PartitionState received;
  CHECK(decode(codec.encoder.encode(state), received));
  CHECK(received == state);

  MigrationChunk chunk;
  chunk.entries.resize(ChunkEntryCountMax);
  MigrationChunk copied;
  CHECK(decode(codec.encoder.encode(chunk), copied));
  chunk.entries.resize(ChunkEntryCountMax + 1);
  CHECK_FALSE(decode(codec.encoder.encode(chunk), copied));
}

TEST_CASE("a row, a partition or a status that cannot be is malformed", "[schemes][data][codec]") {
  Codec codec;
  const auto spoil = [&](base::Message frame, std::size_t offset, std::uint8_t value) {
    std::vector<std::byte> bytes(frame.bytes().begin(), frame.bytes().end());
    bytes[wire::FrameHeaderSize + offset] = std::byte{value};
    return codec.pool.make(bytes);
  };
  OperationResponse response;
  CHECK_FALSE(decode(spoil(codec.encoder.encode(response), 8, 5), response));
  CHECK_FALSE(decode(spoil(codec.encoder.encode(response), 9, 7), response));
  ReplicaSync sync;
  CHECK_FALSE(decode(spoil(codec.encoder.encode(sync), 0, 0x20), sync));
  PartitionState state;
  state.partition_count = 1;
  const std::vector<base::Uuid> members{{1, 1}, {2, 1}};
  state.rows.push_back({.partition = 0, .version = 1, .row = ReplicaRow(members)});
  const base::Message frame = codec.encoder.encode(state);
  const std::size_t first_index = 16 + 2 + 4 + 32 + 4 + 2 + 8 + 1;
  PartitionState received;
  CHECK(decode(frame, received));
  // The second replica is made the first once more, then a member that is not named.
  CHECK_FALSE(decode(spoil(frame, first_index + 3, 0), received));
  CHECK_FALSE(decode(spoil(frame, first_index + 3, 2), received));
  state.partition_count = 0;
  CHECK_FALSE(decode(codec.encoder.encode(state), received));
}

}  // namespace splitscope::schemes
