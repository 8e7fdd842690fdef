// Recorded scenarios in the simulator.
#pragma once

#include "scenarios/fidelity/fidelity.hpp"

namespace splitscope::scenarios {

class SimFidelityRunner final : public FidelityRunner {
 public:
  // `script` gives what scripts may load; seeds and parameters are set for each run. It must
  // outlive *this.
  explicit SimFidelityRunner(const ScriptOptions& script) : script_(script) {}
  // Whether there is a profile for that version of Hazelcast.
  static bool can_play(std::string_view version);
  FidelityRun run(const FidelityTask& task, std::uint64_t seed) override;

 private:
  const ScriptOptions& script_;
};

}  // namespace splitscope::scenarios
