// A trace that grows on disk while its process runs: what was written is flushed each second, so
// that a reader finds all but the last moments even after kill -9 or a full disk.
#pragma once

#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "engine/env/timers.hpp"
#include "engine/real/fact_log.hpp"
#include "engine/trace/trace_writer.hpp"

namespace splitscope::real {

class TraceFile final : public FactListener {
  struct Key {};  // only create() has one

 public:
  static constexpr base::Duration FlushInterval = std::chrono::seconds{1};

  // Writes to `path` itself, not to a file that is renamed at the end. `timers` outlive the file.
  // The error names the path.
  static base::Result<std::unique_ptr<TraceFile>> create(const std::string& path,
                                                         const trace::Metadata& metadata,
                                                         env::Timers& timers);
  TraceFile(Key key, std::string path, std::unique_ptr<std::ofstream> stream,
            trace::TraceWriter writer, env::Timers& timers);
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  void on_fact(const base::TraceEvent& fact) override;
  // The disk took everything so far.
  bool is_good() const { return stream_->good(); }
  // Ends the file. The error names the path.
  base::Result<void> finish(const trace::Metadata& more);

 private:
  void flush();

  std::string path_;
  std::unique_ptr<std::ofstream> stream_;
  trace::TraceWriter writer_;
  bool has_news_ = true;
  std::optional<env::Timer> flush_timer_;
};

}  // namespace splitscope::real
