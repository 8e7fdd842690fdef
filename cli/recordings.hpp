// Files that a run leaves: the trace, the run as a literal script beside it, and the packets. They
// are written under a temporary name and appear when the run is over.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "engine/lab/frame_capture.hpp"
#include "engine/trace/output_file.hpp"
#include "engine/trace/trace_writer.hpp"
#include "scenarios/kit/packet_capture.hpp"
#include "scenarios/sockets/play_sockets.hpp"

namespace splitscope::cli {

class Recordings final : private sim::FactListener, private scenarios::AvailabilityListener {
 public:
  // Empty paths record nothing; `replay` is the command that makes them again. The error names the
  // file that cannot be written.
  base::Result<void> open(const std::string& trace_path, const std::string& pcap_path,
                          const scenarios::RunSpec& spec, const std::string& replay);
  // Before the run, and after it while the world stands.
  void attach(scenarios::SimWorld& world);
  void detach(scenarios::SimWorld& world);
  // The same on real sockets, where the lab's switch sees the packets. There the trace is brought
  // to disk each second, and the run is interrupted when the disk takes no more.
  void attach(scenarios::SocketWorld& world, lab::Lab& lab, lab::Interrupt& interrupt);
  void detach(lab::Lab& lab);
  // A trace that could not be written whole stays under its temporary name, which the error tells.
  base::Result<void> save(const scenarios::Played& played);
  // "run.trace" has "run.literal.lua" beside it; empty without a trace.
  const std::string& literal_path() const { return literal_path_; }

 private:
  void on_fact(const base::TraceEvent& fact) override;
  void on_availability(base::Instant at, const scenarios::Availability& availability) override;
  base::Result<void> save_trace(const scenarios::RunRecord& record);

  std::string replay_;
  std::optional<trace::OutputFile> trace_file_;
  std::optional<trace::TraceWriter> trace_writer_;
  lab::Interrupt* interrupt_ = nullptr;  // in real time
  base::Instant flushed_at_ = base::RunStart;
  base::Instant written_to_ = base::RunStart;
  std::string literal_path_;
  std::optional<trace::OutputFile> literal_file_;
  std::optional<trace::OutputFile> pcap_file_;
  std::optional<scenarios::PacketCapture> capture_;
  std::optional<lab::FrameCapture> frame_capture_;
  std::optional<base::Result<std::uint64_t>> captured_;
};

// The cluster that a configuration file describes, for cluster { from = "deployment.toml" }.
base::Result<scenarios::ClusterSpec> load_cluster_spec(const std::string& path);

}  // namespace splitscope::cli
