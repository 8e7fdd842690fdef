#include "engine/trace/trace_reader.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

#include <fmt/format.h>

namespace splitscope::trace {

using base::TraceEvent;

base::Result<TraceReader> TraceReader::open(const std::string& path) {
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*file) return base::failure(fmt::format("{}: cannot open the trace", path));
  return open(std::move(file), path);
}

base::Result<TraceReader> TraceReader::open(std::unique_ptr<std::istream> in, std::string name) {
  TraceReader reader(std::move(in), std::move(name));
  auto index = load_index(reader.source_);
  if (!index) return std::unexpected(reader.located(index.error()));
  reader.index_ = std::move(*index);
  std::string& damage = reader.index_.first_damage;
  if (!damage.empty()) damage = reader.located({damage}).message;
  return reader;
}

TraceReader::TraceReader(std::unique_ptr<std::istream> in, std::string name)
    : in_(std::move(in)), name_(std::move(name)), source_(*in_) {
  for (std::size_t kind = 0; kind < KnownKindsSize; ++kind) {
    known_[kind] = base::to_text(static_cast<base::EventKind>(kind)) != "unknown";
  }
}

base::Error TraceReader::located(const base::Error& error) const {
  return {fmt::format("{}: {}", name_, error.message)};
}

const std::string* TraceReader::find_metadata(std::string_view key) const {
  const std::string* newest = nullptr;
  for (const MetadataEntry& entry : index_.metadata) {
    if (entry.key == key) newest = &entry.value;
  }
  return newest;
}

std::uint64_t TraceReader::event_count() const {
  std::uint64_t count = 0;
  for (const ChunkSummary& chunk : index_.chunks) count += chunk.event_count;
  return count;
}

base::Instant TraceReader::first_time() const {
  return index_.chunks.empty() ? base::RunStart : index_.chunks.front().first;
}

base::Instant TraceReader::last_time() const {
  return index_.chunks.empty() ? base::RunStart : index_.chunks.back().last;
}

void TraceReader::rewind() {
  next_chunk_ = 0;
  records_left_ = 0;
  ahead_.reset();
  facts_.clear();
}

base::Result<void> TraceReader::load_chunk(std::size_t number) {
  const ChunkSummary& entry = index_.chunks[number];
  next_chunk_ = number + 1;
  records_left_ = 0;
  ahead_.reset();
  facts_.clear();
  ChunkHeader header;
  const auto payload = source_.read_chunk(entry.offset, header);
  if (!payload) return std::unexpected(located(payload.error()));
  payload_.assign(payload->begin(), payload->end());
  Cursor cursor(payload_);
  ChunkSummary summary;
  std::uint32_t keyframe_count = 0;
  if (header.tag != EventsTag || !parse_events_header(cursor, summary, keyframe_count) ||
      summary.first != entry.first || summary.last != entry.last ||
      summary.event_count != entry.event_count) {
    return std::unexpected(abandon_chunk("the chunk is not what the index says"));
  }
  RecordCoder keyframe_coder;
  for (std::uint32_t i = 0; i < keyframe_count; ++i) {
    TraceEvent fact;
    if (!keyframe_coder.read(cursor, fact)) {
      return std::unexpected(abandon_chunk("the keyframe is malformed"));
    }
    facts_.apply(fact);
  }
  coder_ = {};
  position_ = cursor.position();
  records_left_ = summary.event_count;
  time_before_ = summary.first;
  return {};
}

base::Error TraceReader::abandon_chunk(const char* what) {
  records_left_ = 0;
  const std::uint64_t offset = index_.chunks[next_chunk_ - 1].offset;
  return located({fmt::format("byte {}: {}", offset, what)});
}

base::Result<bool> TraceReader::read_record(TraceEvent& fact) {
  while (records_left_ == 0) {
    if (next_chunk_ == index_.chunks.size()) return false;
    if (auto loaded = load_chunk(next_chunk_); !loaded) return std::unexpected(loaded.error());
  }
  Cursor cursor(std::span<const std::byte>(payload_).subspan(position_));
  if (!coder_.read(cursor, fact)) return std::unexpected(abandon_chunk("a fact is malformed"));
  if (fact.time < time_before_ || fact.time > index_.chunks[next_chunk_ - 1].last) {
    return std::unexpected(abandon_chunk("a fact is out of order"));
  }
  time_before_ = fact.time;
  position_ += cursor.position();
  --records_left_;
  return true;
}

base::Result<std::optional<TraceEvent>> TraceReader::read_known() {
  if (ahead_) return std::exchange(ahead_, std::nullopt);
  TraceEvent fact;
  for (;;) {
    const auto found = read_record(fact);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    if (is_known(fact.kind)) return fact;
    ++skipped_count_;
  }
}

base::Result<std::optional<TraceEvent>> TraceReader::next() {
  auto fact = read_known();
  if (fact && *fact) facts_.apply(**fact);
  return fact;
}

base::Result<void> TraceReader::seek(base::Instant time) {
  rewind();
  if (index_.chunks.empty()) return {};
  const auto found = std::lower_bound(
      index_.chunks.begin(), index_.chunks.end(), time,
      [](const ChunkSummary& chunk, base::Instant wanted) { return chunk.last < wanted; });
  const bool is_past_end = found == index_.chunks.end();
  const auto number = static_cast<std::size_t>(found - index_.chunks.begin());
  if (auto loaded = load_chunk(is_past_end ? number - 1 : number); !loaded) return loaded;
  for (;;) {
    auto fact = read_known();
    if (!fact) return std::unexpected(fact.error());
    if (!*fact) return {};
    if ((*fact)->time >= time) {
      ahead_ = *fact;
      return {};
    }
    facts_.apply(**fact);
  }
}

bool TraceReader::is_known(base::EventKind kind) const {
  const auto number = static_cast<std::size_t>(kind);
  if (number < KnownKindsSize) return known_[number];
  return base::to_text(kind) != "unknown";
}

}  // namespace splitscope::trace
