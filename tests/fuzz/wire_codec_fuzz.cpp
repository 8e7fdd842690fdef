// Bytes from the network: the frame header and every message decoder must survive them, and what
// decodes must encode again.
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/wire/frame.hpp"
#include "schemes/data/data_codec.hpp"
#include "schemes/membership/message_codec.hpp"

using namespace splitscope;

namespace {

template <typename Payload>
void try_decode(base::MessagePool& pool, const base::Message& frame) {
  Payload message;
  if (!schemes::decode(frame, message)) return;
  schemes::MessageEncoder encoder(pool);
  Payload again;
  if (!schemes::decode(encoder.encode(message), again) || !(again == message)) __builtin_trap();
}

template <typename... Payloads>
void try_all(base::MessagePool& pool, const base::Message& frame) {
  (try_decode<Payloads>(pool, frame), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace schemes;
  if (size > base::MessagePool::LargestSize) return 0;
  base::MessagePool pool;
  const std::span<const std::byte> bytes{reinterpret_cast<const std::byte*>(data), size};
  (void)wire::read_frame_header(bytes);
  const base::Message frame = pool.make(bytes);
  try_all<Bind, WhoIsMaster, MasterAnswer, JoinRequest, FinalizeJoin, MembersUpdate, Heartbeat,
          ExplicitSuspicion, JoinMastershipClaim, JoinMastershipVote, FetchMembersView,
          FetchMembersViewAnswer, SplitBrainCheck, SplitBrainCheckAnswer, MergeClusters,
          ConfigMismatch, JoinRefused, HeartbeatComplaint, ShutdownRequest, ShutdownAnswer>(pool,
                                                                                            frame);
  try_all<AssignPartitions, PartitionState, FetchPartitionState, PartitionStateAnswer,
          MigrationRequest, MigrationChunk, MigrationAnswer, AntiEntropy, ReplicaSyncRequest,
          ReplicaSync, PutOperation, GetOperation, MergeOperation, OperationResponse, Backup,
          BackupAck>(pool, frame);
  return 0;
}
