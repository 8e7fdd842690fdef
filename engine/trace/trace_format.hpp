// The layout of trace files that writer and reader share; docs/trace-format.md describes it for
// others. Everything is little-endian.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/trace_event.hpp"
#include "engine/trace/bytes.hpp"

namespace splitscope::trace {

// Free text about a run. Keys that the program itself writes: scenario, seed, version, command,
// scheme, digest, verdict.
struct MetadataEntry {
  std::string key;
  std::string value;
  friend bool operator==(const MetadataEntry&, const MetadataEntry&) = default;
};
using Metadata = std::vector<MetadataEntry>;

inline constexpr std::uint16_t FormatVersion = 1;
// The first byte is not ASCII and the line ends would not survive a transfer as text.
inline constexpr std::array<std::uint8_t, 8> FormatMagic{0x89, 'S',  'P',  'L',
                                                         'T',  '\r', '\n', 0x1a};

// Limits of both sides.
inline constexpr std::size_t MetadataEntriesMax = 256;
inline constexpr std::size_t MetadataKeyBytesMax = 255;
inline constexpr std::size_t MetadataValueBytesMax = std::size_t{1} << 20;
inline constexpr std::size_t MetadataBytesMax = std::size_t{4} << 20;
inline constexpr std::size_t ChunkBytesMax = std::size_t{32} << 20;
inline constexpr std::size_t ChunkCountMax = 400'000;
inline constexpr std::size_t RecordBytesMax = 1'024;

inline constexpr std::size_t PreambleBytes = 16;
inline constexpr std::size_t ChunkHeaderBytes = 16;
inline constexpr std::size_t EventsHeaderBytes = 32;
inline constexpr std::size_t IndexEntryBytes = 40;
inline constexpr std::size_t TrailerBytes = ChunkHeaderBytes + 8;

constexpr std::uint32_t chunk_tag(char a, char b, char c, char d) {
  return static_cast<std::uint32_t>(a) | (static_cast<std::uint32_t>(b) << 8) |
         (static_cast<std::uint32_t>(c) << 16) | (static_cast<std::uint32_t>(d) << 24);
}
inline constexpr std::uint32_t MetadataTag = chunk_tag('M', 'E', 'T', 'A');
inline constexpr std::uint32_t EventsTag = chunk_tag('E', 'V', 'T', 'S');
inline constexpr std::uint32_t IndexTag = chunk_tag('I', 'N', 'D', 'X');
inline constexpr std::uint32_t TrailerTag = chunk_tag('T', 'E', 'N', 'D');

struct ChunkHeader {
  std::uint32_t tag = 0;
  std::uint32_t size = 0;      // of the payload
  std::uint32_t checksum = 0;  // CRC-32 of the payload
};
void append_chunk_header(Bytes& out, const ChunkHeader& header);
// Nothing if there are too few bytes or the header's own checksum does not match.
std::optional<ChunkHeader> parse_chunk_header(std::span<const std::byte> bytes);

// What an events chunk says of itself, and the index of it.
struct ChunkSummary {
  std::uint32_t tag = 0;
  std::uint32_t event_count = 0;
  std::uint64_t offset = 0;  // of the chunk header in the file
  base::Instant first;
  base::Instant last;
  std::uint64_t events_before = 0;
};
void append_index_entry(Bytes& out, const ChunkSummary& entry);
ChunkSummary parse_index_entry(Cursor& cursor);

// Packs facts tightly: times and sequences as differences from the fact before, trailing zero
// arguments not at all. Both sides start a chunk with a fresh one.
class RecordCoder {
 public:
  void append(Bytes& out, const base::TraceEvent& fact);
  // False if malformed; the cursor has then failed.
  bool read(Cursor& cursor, base::TraceEvent& fact);

 private:
  std::uint64_t time_ = 0;
  std::uint64_t sequence_ = 0;
};

}  // namespace splitscope::trace
