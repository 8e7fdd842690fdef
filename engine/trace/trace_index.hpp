// Finds the chunks of a trace file: by the index at its end, or, where the end is missing or does
// not fit the file, by walking the chunks from the start.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/trace/trace_format.hpp"

namespace splitscope::trace {

// Reads chunks at offsets of a seekable stream. Never takes more memory than the file has bytes.
class ChunkSource {
 public:
  // `in` must outlive the source.
  explicit ChunkSource(std::istream& in);

  std::uint64_t size() const { return size_; }
  // The file's `count` bytes at `offset`, or fewer where the file ends; valid until the next call.
  std::span<const std::byte> read(std::uint64_t offset, std::size_t count);
  // The payload of the chunk at `offset`, valid until the next call. The error says what is wrong
  // and at which byte.
  base::Result<std::span<const std::byte>> read_chunk(std::uint64_t offset, ChunkHeader& header);

 private:
  std::istream* in_;
  std::uint64_t size_ = 0;
  Bytes buffer_;
};

struct TraceIndex {
  std::vector<ChunkSummary> chunks;  // of events, in order of time
  Metadata metadata;
  bool is_rebuilt = false;
  std::uint32_t damaged_count = 0;  // chunks that could not be read while rebuilding
  std::string first_damage;         // what and where; empty if nothing was found wrong

  void note_damage(const std::string& what);
};

// What an events chunk says of itself; false if it is malformed. `cursor` is left at the keyframe.
bool parse_events_header(Cursor& cursor, ChunkSummary& summary, std::uint32_t& keyframe_count);

// The error is for a file that is no trace, or of a newer version; damage is told in the index.
base::Result<TraceIndex> load_index(ChunkSource& source);

}  // namespace splitscope::trace
