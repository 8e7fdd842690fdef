#include "engine/real/trace_file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace splitscope::real {

base::Result<std::unique_ptr<TraceFile>> TraceFile::create(const std::string& path,
                                                           const trace::Metadata& metadata,
                                                           env::Timers& timers) {
  auto stream = std::make_unique<std::ofstream>(path, std::ios::binary | std::ios::trunc);
  if (!stream->good()) {
    return base::failure(fmt::format("{}: cannot be written: {}", path, std::strerror(errno)));
  }
  auto writer = trace::TraceWriter::create(*stream, metadata);
  if (!writer.has_value()) return std::unexpected(writer.error());
  return std::make_unique<TraceFile>(Key{}, path, std::move(stream), std::move(*writer), timers);
}

TraceFile::TraceFile(Key, std::string path, std::unique_ptr<std::ofstream> stream,
                     trace::TraceWriter writer, env::Timers& timers)
    : path_(std::move(path)),
      stream_(std::move(stream)),
      writer_(std::move(writer)),
      flush_timer_(std::in_place, timers, base::Callback::to<&TraceFile::flush>(*this)) {
  flush();
}

void TraceFile::on_fact(const base::TraceEvent& fact) {
  writer_.write(fact);
  has_news_ = true;
}

void TraceFile::flush() {
  if (has_news_) {
    writer_.flush();
    stream_->flush();
    has_news_ = false;
  }
  flush_timer_->arm_after(FlushInterval);
}

base::Result<void> TraceFile::finish(const trace::Metadata& more) {
  flush_timer_.reset();
  const auto written = writer_.finish(more);
  if (!written.has_value()) return std::unexpected(written.error());
  stream_->close();
  if (stream_->good()) return {};
  return base::failure(fmt::format("{}: cannot be written: {}", path_, std::strerror(errno)));
}

}  // namespace splitscope::real
