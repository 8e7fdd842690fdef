// What every host sent, as pcapng, with a comment on frames that did not get through. Called by the
// switch's thread; finish() when that no longer is.
#pragma once

#include <ostream>
#include <vector>

#include "engine/lab/switch_core.hpp"
#include "engine/trace/pcapng_writer.hpp"

namespace splitscope::lab {

class FrameCapture final : public FrameObserver {
 public:
  // `out` outlives *this.
  FrameCapture(std::ostream& out, const trace::CaptureOptions& options) : writer_(out, options) {}

  void on_frame(base::Instant at, net::HostId from, FrameBytes frame, FrameFate fate) override;
  base::Result<std::uint64_t> finish() { return writer_.finish(); }

 private:
  trace::PcapngWriter writer_;
  std::vector<std::uint32_t> interfaces_;  // by host; added when first seen
};

}  // namespace splitscope::lab
