// The messages of data_messages.hpp to bytes and back, for MessageEncoder and decode(); bounded as
// those of membership are (message_codec.hpp): a partition, count or version that cannot be makes
// the message malformed.
#pragma once

#include "schemes/data/data_messages.hpp"
#include "schemes/membership/message_codec.hpp"

namespace splitscope::schemes {

void write_payload(wire::ByteWriter& writer, const AssignPartitions& message);
void write_payload(wire::ByteWriter& writer, const PartitionState& message);
void write_payload(wire::ByteWriter& writer, const FetchPartitionState& message);
void write_payload(wire::ByteWriter& writer, const PartitionStateAnswer& message);
void write_payload(wire::ByteWriter& writer, const MigrationRequest& message);
void write_payload(wire::ByteWriter& writer, const MigrationChunk& message);
void write_payload(wire::ByteWriter& writer, const MigrationAnswer& message);
void write_payload(wire::ByteWriter& writer, const AntiEntropy& message);
void write_payload(wire::ByteWriter& writer, const ReplicaSyncRequest& message);
void write_payload(wire::ByteWriter& writer, const ReplicaSync& message);
void write_payload(wire::ByteWriter& writer, const PutOperation& message);
void write_payload(wire::ByteWriter& writer, const GetOperation& message);
void write_payload(wire::ByteWriter& writer, const MergeOperation& message);
void write_payload(wire::ByteWriter& writer, const OperationResponse& message);
void write_payload(wire::ByteWriter& writer, const Backup& message);
void write_payload(wire::ByteWriter& writer, const BackupAck& message);

void read_payload(wire::ByteReader& reader, AssignPartitions& message);
void read_payload(wire::ByteReader& reader, PartitionState& message);
void read_payload(wire::ByteReader& reader, FetchPartitionState& message);
void read_payload(wire::ByteReader& reader, PartitionStateAnswer& message);
void read_payload(wire::ByteReader& reader, MigrationRequest& message);
void read_payload(wire::ByteReader& reader, MigrationChunk& message);
void read_payload(wire::ByteReader& reader, MigrationAnswer& message);
void read_payload(wire::ByteReader& reader, AntiEntropy& message);
void read_payload(wire::ByteReader& reader, ReplicaSyncRequest& message);
void read_payload(wire::ByteReader& reader, ReplicaSync& message);
void read_payload(wire::ByteReader& reader, PutOperation& message);
void read_payload(wire::ByteReader& reader, GetOperation& message);
void read_payload(wire::ByteReader& reader, MergeOperation& message);
void read_payload(wire::ByteReader& reader, OperationResponse& message);
void read_payload(wire::ByteReader& reader, Backup& message);
void read_payload(wire::ByteReader& reader, BackupAck& message);

}  // namespace splitscope::schemes
