#include "engine/trace/trace_index.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engine/trace/checksum.hpp"

namespace splitscope::trace {
namespace {

// Two varints at least for an entry, and two bytes at least for a record.
constexpr std::size_t RecordBytesMin = 2;

base::Result<void> check_preamble(ChunkSource& source) {
  const std::span<const std::byte> bytes = source.read(0, PreambleBytes);
  Cursor cursor(bytes);
  for (const std::uint8_t expected : FormatMagic) {
    if (cursor.little<std::uint8_t>() != expected || cursor.failed()) {
      return base::failure("byte 0: this is not a splitscope trace");
    }
  }
  const auto version = cursor.little<std::uint16_t>();
  cursor.little<std::uint16_t>();
  const auto checksum = cursor.little<std::uint32_t>();
  if (cursor.failed() || checksum != crc32(bytes.first(12))) {
    return base::failure("byte 8: the preamble is damaged");
  }
  if (version == 0 || version > FormatVersion) {
    return base::failure(
        fmt::format("byte 8: the trace has format version {}; this program reads version {}",
                    version, FormatVersion));
  }
  return {};
}

bool parse_metadata(std::span<const std::byte> payload, Metadata& metadata) {
  Cursor cursor(payload);
  const std::uint64_t count = cursor.varint_up_to(MetadataEntriesMax);
  Metadata more;
  for (std::uint64_t i = 0; i < count && !cursor.failed(); ++i) {
    const auto key = cursor.take(cursor.varint_up_to(MetadataKeyBytesMax));
    const auto value = cursor.take(cursor.varint_up_to(MetadataValueBytesMax));
    more.push_back({std::string(text_of(key)), std::string(text_of(value))});
  }
  if (cursor.failed() || metadata.size() + more.size() > 2 * MetadataEntriesMax) return false;
  metadata.insert(metadata.end(), more.begin(), more.end());
  return true;
}

// Nothing where the file has no usable end.
std::optional<std::vector<ChunkSummary>> read_end(ChunkSource& source) {
  if (source.size() < PreambleBytes + TrailerBytes) return std::nullopt;
  ChunkHeader header;
  const std::uint64_t trailer_offset = source.size() - TrailerBytes;
  auto payload = source.read_chunk(trailer_offset, header);
  if (!payload || header.tag != TrailerTag) return std::nullopt;
  const auto index_offset = Cursor(*payload).little<std::uint64_t>();
  payload = source.read_chunk(index_offset, header);
  if (!payload || header.tag != IndexTag) return std::nullopt;
  Cursor cursor(*payload);
  const auto count = cursor.little<std::uint32_t>();
  if (count > ChunkCountMax || cursor.remaining() != count * IndexEntryBytes) return std::nullopt;
  std::vector<ChunkSummary> entries;
  entries.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) entries.push_back(parse_index_entry(cursor));
  return entries;
}

// Whether the chunks come one after the other, in the file and in time.
bool is_in_order(const std::vector<ChunkSummary>& entries, std::uint64_t file_size) {
  std::uint64_t offset = PreambleBytes - 1;
  std::uint64_t events = 0;
  base::Instant last = base::Instant::min();
  for (const ChunkSummary& entry : entries) {
    if (entry.offset <= offset || entry.offset >= file_size) return false;
    offset = entry.offset;
    if (entry.tag != EventsTag) continue;
    if (entry.first < last || entry.last < entry.first) return false;
    if (entry.events_before != events) return false;
    last = entry.last;
    events += entry.event_count;
  }
  return true;
}

void use_entries(ChunkSource& source, const std::vector<ChunkSummary>& entries, TraceIndex& index) {
  for (const ChunkSummary& entry : entries) {
    if (entry.tag == EventsTag) index.chunks.push_back(entry);
    if (entry.tag != MetadataTag) continue;
    ChunkHeader header;
    const auto payload = source.read_chunk(entry.offset, header);
    if (!payload) {
      index.note_damage(payload.error().message);
    } else if (header.tag != MetadataTag || !parse_metadata(*payload, index.metadata)) {
      index.note_damage(fmt::format("byte {}: the metadata is malformed", entry.offset));
    }
  }
}

void take_chunk(const ChunkHeader& header, std::uint64_t offset, std::span<const std::byte> payload,
                TraceIndex& index) {
  if (header.tag == MetadataTag && !parse_metadata(payload, index.metadata)) {
    index.note_damage(fmt::format("byte {}: the metadata is malformed", offset));
  }
  if (header.tag != EventsTag) return;
  Cursor cursor(payload);
  ChunkSummary summary{.tag = EventsTag, .offset = offset};
  std::uint32_t keyframe_count = 0;
  if (!parse_events_header(cursor, summary, keyframe_count)) {
    index.note_damage(fmt::format("byte {}: the events chunk is malformed", offset));
  } else if (!index.chunks.empty() && summary.first < index.chunks.back().last) {
    index.note_damage(fmt::format("byte {}: the events chunk goes back in time", offset));
  } else {
    index.chunks.push_back(summary);
  }
}

void rebuild(ChunkSource& source, TraceIndex& index) {
  index.is_rebuilt = true;
  std::uint64_t offset = PreambleBytes;
  while (offset < source.size()) {
    if (index.chunks.size() == ChunkCountMax) {
      return index.note_damage(fmt::format("byte {}: more than {} chunks", offset, ChunkCountMax));
    }
    // A chunk whose header is whole says where the next one begins, whatever its payload.
    const auto header = parse_chunk_header(source.read(offset, ChunkHeaderBytes));
    if (!header) {
      return index.note_damage(fmt::format("byte {}: the chunk's header is damaged", offset));
    }
    ChunkHeader again;
    const auto payload = source.read_chunk(offset, again);
    if (payload) {
      take_chunk(*header, offset, *payload, index);
    } else {
      index.note_damage(payload.error().message);
    }
    offset += ChunkHeaderBytes + header->size;
  }
}

}  // namespace

void TraceIndex::note_damage(const std::string& what) {
  ++damaged_count;
  if (first_damage.empty()) first_damage = what;
}

ChunkSource::ChunkSource(std::istream& in) : in_(&in) {
  in_->clear();
  in_->seekg(0, std::ios::end);
  const std::streamoff end = in_->tellg();
  size_ = end > 0 ? static_cast<std::uint64_t>(end) : 0;
}

std::span<const std::byte> ChunkSource::read(std::uint64_t offset, std::size_t count) {
  const std::uint64_t available = offset < size_ ? size_ - offset : 0;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(count, available));
  buffer_.resize(wanted);
  in_->clear();
  in_->seekg(static_cast<std::streamoff>(std::min(offset, size_)));
  in_->read(reinterpret_cast<char*>(buffer_.data()), static_cast<std::streamsize>(wanted));
  // The file may have become shorter since.
  buffer_.resize(static_cast<std::size_t>(in_->gcount()));
  return buffer_;
}

base::Result<std::span<const std::byte>> ChunkSource::read_chunk(std::uint64_t offset,
                                                                 ChunkHeader& header) {
  const auto parsed = parse_chunk_header(read(offset, ChunkHeaderBytes));
  if (!parsed) return base::failure(fmt::format("byte {}: the chunk's header is damaged", offset));
  header = *parsed;
  if (header.size > ChunkBytesMax) {
    return base::failure(fmt::format("byte {}: a chunk of {} bytes is over the limit of {}", offset,
                                     header.size, ChunkBytesMax));
  }
  const std::span<const std::byte> payload = read(offset + ChunkHeaderBytes, header.size);
  if (payload.size() != header.size) {
    return base::failure(fmt::format("byte {}: the file ends within this chunk", offset));
  }
  if (crc32(payload) != header.checksum) {
    return base::failure(fmt::format("byte {}: the chunk's checksum does not match", offset));
  }
  return payload;
}

bool parse_events_header(Cursor& cursor, ChunkSummary& summary, std::uint32_t& keyframe_count) {
  const auto time = [&cursor] {
    return base::Instant{base::Duration{static_cast<std::int64_t>(cursor.little<std::uint64_t>())}};
  };
  summary.first = time();
  summary.last = time();
  summary.events_before = cursor.little<std::uint64_t>();
  summary.event_count = cursor.little<std::uint32_t>();
  keyframe_count = cursor.little<std::uint32_t>();
  if (cursor.failed() || summary.last < summary.first) return false;
  const std::uint64_t records = std::uint64_t{summary.event_count} + keyframe_count;
  return records <= cursor.remaining() / RecordBytesMin;
}

base::Result<TraceIndex> load_index(ChunkSource& source) {
  if (auto checked = check_preamble(source); !checked) return std::unexpected(checked.error());
  TraceIndex index;
  const auto entries = read_end(source);
  if (entries && is_in_order(*entries, source.size())) {
    use_entries(source, *entries, index);
  } else {
    rebuild(source, index);
  }
  return index;
}

}  // namespace splitscope::trace
