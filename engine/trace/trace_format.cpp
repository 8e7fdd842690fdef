#include "engine/trace/trace_format.hpp"

#include "engine/trace/checksum.hpp"

namespace splitscope::trace {
namespace {

constexpr std::uint64_t HasCause = 1;
constexpr std::uint64_t HasFlags = 2;
constexpr unsigned KindShift = 2;

std::uint64_t bits(base::Instant time) {
  return static_cast<std::uint64_t>(base::nanoseconds(time));
}
base::Instant instant(std::uint64_t bits) {
  return base::Instant{base::Duration{static_cast<std::int64_t>(bits)}};
}

}  // namespace

void append_chunk_header(Bytes& out, const ChunkHeader& header) {
  const std::size_t start = out.size();
  append_little(out, header.tag);
  append_little(out, header.size);
  append_little(out, header.checksum);
  append_little(out, crc32(std::span(out).subspan(start)));
}

std::optional<ChunkHeader> parse_chunk_header(std::span<const std::byte> bytes) {
  if (bytes.size() < ChunkHeaderBytes) return std::nullopt;
  Cursor cursor(bytes.first(ChunkHeaderBytes));
  ChunkHeader header;
  header.tag = cursor.little<std::uint32_t>();
  header.size = cursor.little<std::uint32_t>();
  header.checksum = cursor.little<std::uint32_t>();
  if (cursor.little<std::uint32_t>() != crc32(bytes.first(12))) return std::nullopt;
  return header;
}

void append_index_entry(Bytes& out, const ChunkSummary& entry) {
  append_little(out, entry.tag);
  append_little(out, entry.event_count);
  append_little(out, entry.offset);
  append_little(out, bits(entry.first));
  append_little(out, bits(entry.last));
  append_little(out, entry.events_before);
}

ChunkSummary parse_index_entry(Cursor& cursor) {
  ChunkSummary entry;
  entry.tag = cursor.little<std::uint32_t>();
  entry.event_count = cursor.little<std::uint32_t>();
  entry.offset = cursor.little<std::uint64_t>();
  entry.first = instant(cursor.little<std::uint64_t>());
  entry.last = instant(cursor.little<std::uint64_t>());
  entry.events_before = cursor.little<std::uint64_t>();
  return entry;
}

void RecordCoder::append(Bytes& out, const base::TraceEvent& fact) {
  const bool has_flags = fact.flags != 0 || fact.reserved != 0;
  const std::uint64_t head = (static_cast<std::uint64_t>(fact.kind) << KindShift) |
                             (fact.cause != 0 ? HasCause : 0) | (has_flags ? HasFlags : 0);
  // The length comes first and a record is nearly always shorter than 128 bytes, which one byte of
  // length can say. The longest possible is 91 bytes.
  const std::size_t start = out.size();
  out.push_back(std::byte{0});
  append_varint(out, head);
  append_varint(out, zigzag(bits(fact.time) - time_));
  append_varint(out, zigzag(fact.sequence - sequence_));
  if (fact.cause != 0) append_varint(out, zigzag(fact.sequence - fact.cause));
  append_varint(out, static_cast<std::uint32_t>(fact.node.value + 1));
  append_varint(out, fact.incarnation.value);
  if (has_flags) {
    append_varint(out, fact.flags);
    append_varint(out, fact.reserved);
  }
  std::size_t used = fact.arguments.size();
  while (used > 0 && fact.arguments[used - 1] == 0) --used;
  for (std::size_t i = 0; i < used; ++i) append_varint(out, fact.arguments[i]);
  out[start] = static_cast<std::byte>(out.size() - start - 1);
  time_ = bits(fact.time);
  sequence_ = fact.sequence;
}

bool RecordCoder::read(Cursor& cursor, base::TraceEvent& fact) {
  Cursor body(cursor.take(cursor.varint_up_to(RecordBytesMax)));
  fact = {};
  const std::uint64_t head = body.varint_up_to((std::uint64_t{0xffff} << KindShift) | 3);
  fact.kind = static_cast<base::EventKind>(head >> KindShift);
  time_ += unzigzag(body.varint());
  sequence_ += unzigzag(body.varint());
  fact.time = instant(time_);
  fact.sequence = sequence_;
  if ((head & HasCause) != 0) fact.cause = fact.sequence - unzigzag(body.varint());
  fact.node.value = static_cast<std::uint32_t>(body.varint_up_to(0xffff'ffff)) - 1;
  fact.incarnation.value = static_cast<std::uint32_t>(body.varint_up_to(0xffff'ffff));
  if ((head & HasFlags) != 0) {
    fact.flags = static_cast<std::uint16_t>(body.varint_up_to(0xffff));
    fact.reserved = static_cast<std::uint32_t>(body.varint_up_to(0xffff'ffff));
  }
  for (std::uint64_t& argument : fact.arguments) {
    if (body.remaining() > 0) argument = body.varint();
  }
  if (body.failed()) cursor.fail();
  return !cursor.failed();
}

}  // namespace splitscope::trace
