// A run as its trace file has it: what members reported, and how to make it again. Hides: that a
// trace tells changes and endpoints. Bytes are not trusted; what is damaged is an error.
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/result.hpp"
#include "engine/trace/trace_reader.hpp"
#include "scenarios/kit/history.hpp"

namespace splitscope::scenarios {

struct RecordedRun {
  std::string scenario;  // the script it ran; empty if the trace does not tell
  std::uint64_t seed = 1;
  History history;
  base::Instant end{};
  std::uint64_t fault_count = 0;
};

// Errors begin with the file's name.
base::Result<RecordedRun> read_recorded_run(trace::TraceReader& reader);

}  // namespace splitscope::scenarios
