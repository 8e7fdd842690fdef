// Reads a trace file (docs/trace-format.md): facts in order, from the start or from any time, and
// which facts hold at that moment. Bytes are not trusted: damage is an error that says what and
// where, and reading goes on with the next whole chunk. Facts of kinds that this program does not
// know are skipped and counted.
#pragma once

#include <bitset>
#include <istream>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/result.hpp"
#include "engine/trace/open_facts.hpp"
#include "engine/trace/trace_index.hpp"

namespace splitscope::trace {

class TraceReader {
 public:
  // Errors: the file cannot be opened, is no trace, or is of a newer version. Every error begins
  // with the file's name.
  static base::Result<TraceReader> open(const std::string& path);
  // The same for any seekable binary stream; `name` stands in errors.
  static base::Result<TraceReader> open(std::unique_ptr<std::istream> in, std::string name);

  const Metadata& metadata() const { return index_.metadata; }
  // The newest value of that key, or null.
  const std::string* find_metadata(std::string_view key) const;
  // Facts in the file, those of unknown kinds included.
  std::uint64_t event_count() const;
  // Of the first and of the last fact; both RunStart in a file without facts.
  base::Instant first_time() const;
  base::Instant last_time() const;
  // True if the end was missing (a run that is still going, or that was cut short).
  bool is_index_rebuilt() const { return index_.is_rebuilt; }
  // What opening the file found wrong: "name: byte 123: ...". Empty if nothing.
  const std::string& damage() const { return index_.first_damage; }

  // The next fact, or nothing at the end. After an error the next call goes on after the damage.
  base::Result<std::optional<base::TraceEvent>> next();
  // The next fact will be the first one at or after `time`.
  base::Result<void> seek(base::Instant time);
  // Back to the first fact.
  void rewind();

  // What holds after the last fact that next() answered (or, after seek(), just before its time).
  const OpenFacts& open_facts() const { return facts_; }
  // Facts of unknown kinds passed over by next() and seek() so far.
  std::uint64_t skipped_count() const { return skipped_count_; }

 private:
  TraceReader(std::unique_ptr<std::istream> in, std::string name);
  base::Error located(const base::Error& error) const;
  base::Result<void> load_chunk(std::size_t index);
  base::Result<bool> read_record(base::TraceEvent& fact);
  base::Result<std::optional<base::TraceEvent>> read_known();
  base::Error abandon_chunk(const char* what);
  bool is_known(base::EventKind kind) const;

  // Kinds below this are looked up in a table.
  static constexpr std::size_t KnownKindsSize = 1'024;

  std::unique_ptr<std::istream> in_;
  std::string name_;
  ChunkSource source_;
  TraceIndex index_;
  std::bitset<KnownKindsSize> known_;
  std::uint64_t skipped_count_ = 0;

  std::size_t next_chunk_ = 0;
  // The chunk being read: its payload, where in it, and how many records are left.
  Bytes payload_;
  std::size_t position_ = 0;
  std::uint32_t records_left_ = 0;
  base::Instant time_before_;
  RecordCoder coder_;
  std::optional<base::TraceEvent> ahead_;  // read by seek(), not yet answered
  OpenFacts facts_;
};

}  // namespace splitscope::trace
