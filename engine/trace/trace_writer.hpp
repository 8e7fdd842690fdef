// Writes a trace file (docs/trace-format.md) to a stream as the run goes on. What was written so
// far is readable at any time but for the facts of the last, unfinished chunk.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/trace/open_facts.hpp"
#include "engine/trace/trace_format.hpp"

namespace splitscope::trace {

class TraceWriter {
 public:
  // A chunk is closed when its facts take this much, or four times its keyframe if that is more,
  // so that keyframes are at most a fifth of the file.
  static constexpr std::size_t ChunkBytesTarget = std::size_t{64} << 10;

  // Writes the preamble and the metadata. The error names the entry that is over a limit. `out`
  // must be binary and outlive the writer.
  static base::Result<TraceWriter> create(std::ostream& out, const Metadata& metadata);

  // Facts in order of time. Errors of the stream are kept for finish().
  void write(const base::TraceEvent& fact);

  // Closes the chunk now, so that a reader of the unfinished file sees all facts so far.
  void flush();

  // Writes what is known only at the end (for example digest and verdict), the index and the
  // trailer, and answers the number of facts. Nothing may be written afterwards.
  base::Result<std::uint64_t> finish(const Metadata& more = {});

 private:
  explicit TraceWriter(std::ostream& out) : out_(&out) {}
  base::Result<void> write_metadata(const Metadata& metadata);
  void begin_chunk(base::Instant first);
  void close_chunk();
  void write_chunk(std::uint32_t tag, std::span<const std::byte> payload);
  void put(std::span<const std::byte> bytes);

  std::ostream* out_;
  std::uint64_t offset_ = 0;
  std::uint64_t event_count_ = 0;
  std::vector<ChunkSummary> index_;
  std::string error_;

  // The chunk being filled.
  bool is_open_ = false;
  ChunkSummary chunk_;
  Bytes keyframe_;
  std::uint32_t keyframe_count_ = 0;
  Bytes records_;
  RecordCoder coder_;

  base::Instant last_time_ = base::Instant::min();
  OpenFacts facts_;
  bool is_finished_ = false;
};

}  // namespace splitscope::trace
