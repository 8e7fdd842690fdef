// Exports facts as Chrome's JSON trace format, which ui.perfetto.dev and chrome://tracing open. One
// process for each node and one for the run. A node's tracks: its process (running, paused, host
// off), its cluster (joining, joined, shutting down), master (while it is its own master), and its
// facts, with arrows from each cause to its effects. The run's tracks: its facts, and each fault
// from its start to its heal.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <span>

#include "engine/base/result.hpp"
#include "engine/trace/event_text.hpp"
#include "engine/trace/trace_format.hpp"

namespace splitscope::trace {

class TraceReader;

// Beyond this many causes no arrows are drawn.
inline constexpr std::size_t PerfettoArrowsMax = 4'000'000;

// Writes all facts of the trace, from its start, and its metadata; answers how many facts. `codes`
// may be null. The error is the first damage of the trace, or that `out` cannot be written.
base::Result<std::uint64_t> export_perfetto(TraceReader& reader, std::ostream& out,
                                            const CodeText* codes = nullptr);
// The same for facts at hand, in order of time.
base::Result<std::uint64_t> export_perfetto(std::span<const base::TraceEvent> facts,
                                            const Metadata& metadata, std::ostream& out,
                                            const CodeText* codes = nullptr);

}  // namespace splitscope::trace
