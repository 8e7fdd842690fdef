// Messages to bytes and back: a frame header (engine/wire/frame.hpp) and the fields in order,
// big-endian. Decoding is bounded: a length or count that cannot be makes the message malformed,
// and nothing is allocated for it. A broadcast is encoded once; a warm encoder allocates nothing.
#pragma once

#include "engine/base/message.hpp"
#include "engine/wire/byte_reader.hpp"
#include "engine/wire/byte_writer.hpp"
#include "engine/wire/frame.hpp"
#include "schemes/membership/messages.hpp"

namespace splitscope::schemes {

void write_payload(wire::ByteWriter& writer, const Bind& message);
void write_payload(wire::ByteWriter& writer, const WhoIsMaster& message);
void write_payload(wire::ByteWriter& writer, const MasterAnswer& message);
void write_payload(wire::ByteWriter& writer, const JoinRequest& message);
void write_payload(wire::ByteWriter& writer, const FinalizeJoin& message);
void write_payload(wire::ByteWriter& writer, const MembersUpdate& message);
void write_payload(wire::ByteWriter& writer, const Heartbeat& message);
void write_payload(wire::ByteWriter& writer, const ExplicitSuspicion& message);
void write_payload(wire::ByteWriter& writer, const JoinMastershipClaim& message);
void write_payload(wire::ByteWriter& writer, const JoinMastershipVote& message);
void write_payload(wire::ByteWriter& writer, const FetchMembersView& message);
void write_payload(wire::ByteWriter& writer, const FetchMembersViewAnswer& message);
void write_payload(wire::ByteWriter& writer, const SplitBrainCheck& message);
void write_payload(wire::ByteWriter& writer, const SplitBrainCheckAnswer& message);
void write_payload(wire::ByteWriter& writer, const MergeClusters& message);
void write_payload(wire::ByteWriter& writer, const ConfigMismatch& message);
void write_payload(wire::ByteWriter& writer, const JoinRefused& message);
void write_payload(wire::ByteWriter& writer, const HeartbeatComplaint& message);
void write_payload(wire::ByteWriter& writer, const ShutdownRequest& message);
void write_payload(wire::ByteWriter& writer, const ShutdownAnswer& message);
void write_payload(wire::ByteWriter& writer, const ExplicitSuspicionTrigger& message);

void read_payload(wire::ByteReader& reader, Bind& message);
void read_payload(wire::ByteReader& reader, WhoIsMaster& message);
void read_payload(wire::ByteReader& reader, MasterAnswer& message);
void read_payload(wire::ByteReader& reader, JoinRequest& message);
void read_payload(wire::ByteReader& reader, FinalizeJoin& message);
void read_payload(wire::ByteReader& reader, MembersUpdate& message);
void read_payload(wire::ByteReader& reader, Heartbeat& message);
void read_payload(wire::ByteReader& reader, ExplicitSuspicion& message);
void read_payload(wire::ByteReader& reader, JoinMastershipClaim& message);
void read_payload(wire::ByteReader& reader, JoinMastershipVote& message);
void read_payload(wire::ByteReader& reader, FetchMembersView& message);
void read_payload(wire::ByteReader& reader, FetchMembersViewAnswer& message);
void read_payload(wire::ByteReader& reader, SplitBrainCheck& message);
void read_payload(wire::ByteReader& reader, SplitBrainCheckAnswer& message);
void read_payload(wire::ByteReader& reader, MergeClusters& message);
void read_payload(wire::ByteReader& reader, ConfigMismatch& message);
void read_payload(wire::ByteReader& reader, JoinRefused& message);
void read_payload(wire::ByteReader& reader, HeartbeatComplaint& message);
void read_payload(wire::ByteReader& reader, ShutdownRequest& message);
void read_payload(wire::ByteReader& reader, ShutdownAnswer& message);
void read_payload(wire::ByteReader& reader, ExplicitSuspicionTrigger& message);

// One for each process. `pool` outlives it.
class MessageEncoder {
 public:
  explicit MessageEncoder(base::MessagePool& pool) : pool_(pool) {}
  // The first half of the frame id; the second is a counter.
  void set_sender(std::uint32_t sender) { sender_ = sender; }

  template <typename Payload>
  base::Message encode(const Payload& message) {
    wire::begin_frame(writer_, static_cast<std::uint16_t>(Payload::Type), sender_, ++counter_);
    write_payload(writer_, message);
    wire::finish_frame(writer_);
    return pool_.make(writer_.bytes());
  }

 private:
  base::MessagePool& pool_;
  wire::ByteWriter writer_;
  std::uint32_t sender_ = 0;
  std::uint32_t counter_ = 0;
};

// False if the bytes after the header are not exactly one such message; `message` is then in an
// unspecified state. The header's type is the caller's business.
template <typename Payload>
[[nodiscard]] bool decode(const base::Message& frame, Payload& message) {
  if (frame.size() < wire::FrameHeaderSize) return false;
  wire::ByteReader reader(frame.bytes().subspan(wire::FrameHeaderSize));
  read_payload(reader, message);
  return reader.finished();
}

}  // namespace splitscope::schemes
