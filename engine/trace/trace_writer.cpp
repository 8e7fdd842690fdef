#include "engine/trace/trace_writer.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "engine/trace/checksum.hpp"

namespace splitscope::trace {
namespace {

constexpr std::size_t KeyframeShare = 4;
constexpr std::size_t RecordsBytesMax = ChunkBytesMax / 2;

base::Result<void> check(const Metadata& metadata) {
  if (metadata.size() > MetadataEntriesMax) {
    return base::failure(
        fmt::format("a trace holds at most {} metadata entries", MetadataEntriesMax));
  }
  std::size_t total = 0;
  for (const MetadataEntry& entry : metadata) {
    if (entry.key.empty() || entry.key.size() > MetadataKeyBytesMax) {
      return base::failure(fmt::format("the metadata key \"{}\" must have 1 to {} bytes",
                                       entry.key.substr(0, 40), MetadataKeyBytesMax));
    }
    if (entry.value.size() > MetadataValueBytesMax) {
      return base::failure(fmt::format("the metadata value of \"{}\" has more than {} bytes",
                                       entry.key, MetadataValueBytesMax));
    }
    total += entry.key.size() + entry.value.size();
  }
  if (total > MetadataBytesMax) {
    return base::failure(fmt::format("the metadata has more than {} bytes", MetadataBytesMax));
  }
  return {};
}

}  // namespace

base::Result<TraceWriter> TraceWriter::create(std::ostream& out, const Metadata& metadata) {
  TraceWriter writer(out);
  Bytes preamble;
  for (const std::uint8_t byte : FormatMagic) preamble.push_back(std::byte{byte});
  append_little(preamble, FormatVersion);
  append_little(preamble, std::uint16_t{0});
  append_little(preamble, crc32(preamble));
  writer.put(preamble);
  if (auto written = writer.write_metadata(metadata); !written) {
    return std::unexpected(written.error());
  }
  return writer;
}

base::Result<void> TraceWriter::write_metadata(const Metadata& metadata) {
  if (auto checked = check(metadata); !checked) return checked;
  Bytes payload;
  append_varint(payload, metadata.size());
  for (const MetadataEntry& entry : metadata) {
    append_varint(payload, entry.key.size());
    append(payload, bytes_of(entry.key));
    append_varint(payload, entry.value.size());
    append(payload, bytes_of(entry.value));
  }
  index_.push_back({.tag = MetadataTag, .offset = offset_, .events_before = event_count_});
  write_chunk(MetadataTag, payload);
  return {};
}

void TraceWriter::write(const base::TraceEvent& fact) {
  SPLITSCOPE_ASSERT(!is_finished_);
  SPLITSCOPE_ASSERT(fact.time >= last_time_);
  last_time_ = fact.time;
  if (!is_open_) begin_chunk(fact.time);
  coder_.append(records_, fact);
  facts_.apply(fact);
  chunk_.last = fact.time;
  ++chunk_.event_count;
  ++event_count_;
  const std::size_t target =
      std::min(std::max(ChunkBytesTarget, KeyframeShare * keyframe_.size()), RecordsBytesMax);
  if (records_.size() >= target) close_chunk();
}

void TraceWriter::begin_chunk(base::Instant first) {
  is_open_ = true;
  chunk_ = {.tag = EventsTag, .first = first, .last = first, .events_before = event_count_};
  keyframe_.clear();
  records_.clear();
  coder_ = {};
  const std::vector<base::TraceEvent> open = facts_.list();
  keyframe_count_ = static_cast<std::uint32_t>(open.size());
  RecordCoder keyframe_coder;
  for (const base::TraceEvent& fact : open) keyframe_coder.append(keyframe_, fact);
}

void TraceWriter::close_chunk() {
  is_open_ = false;
  // The index of a longer file would not fit its chunk.
  if (index_.size() + 2 > ChunkCountMax) {
    error_ = fmt::format("a trace holds at most {} chunks", ChunkCountMax);
    return;
  }
  Bytes payload;
  payload.reserve(EventsHeaderBytes + keyframe_.size() + records_.size());
  append_little(payload, static_cast<std::uint64_t>(base::nanoseconds(chunk_.first)));
  append_little(payload, static_cast<std::uint64_t>(base::nanoseconds(chunk_.last)));
  append_little(payload, chunk_.events_before);
  append_little(payload, chunk_.event_count);
  append_little(payload, keyframe_count_);
  append(payload, keyframe_);
  append(payload, records_);
  chunk_.offset = offset_;
  index_.push_back(chunk_);
  write_chunk(EventsTag, payload);
}

void TraceWriter::flush() {
  if (is_open_) close_chunk();
  out_->flush();
}

base::Result<std::uint64_t> TraceWriter::finish(const Metadata& more) {
  SPLITSCOPE_ASSERT(!is_finished_);
  is_finished_ = true;
  if (is_open_) close_chunk();
  if (!more.empty()) {
    if (auto written = write_metadata(more); !written) return std::unexpected(written.error());
  }
  const std::uint64_t index_offset = offset_;
  Bytes payload;
  append_little(payload, static_cast<std::uint32_t>(index_.size()));
  for (const ChunkSummary& entry : index_) append_index_entry(payload, entry);
  write_chunk(IndexTag, payload);
  payload.clear();
  append_little(payload, index_offset);
  write_chunk(TrailerTag, payload);
  out_->flush();
  if (error_.empty() && !*out_) error_ = "the trace could not be written: the disk may be full";
  if (!error_.empty()) return base::failure(error_);
  return event_count_;
}

void TraceWriter::write_chunk(std::uint32_t tag, std::span<const std::byte> payload) {
  SPLITSCOPE_ASSERT(payload.size() <= ChunkBytesMax);
  Bytes header;
  append_chunk_header(header, {tag, static_cast<std::uint32_t>(payload.size()), crc32(payload)});
  put(header);
  put(payload);
}

void TraceWriter::put(std::span<const std::byte> bytes) {
  if (!error_.empty() || !*out_) return;
  out_->write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  offset_ += bytes.size();
}

}  // namespace splitscope::trace
