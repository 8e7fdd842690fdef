// splitscope fidelity --world sockets: recorded scenarios on real sockets, one run after another in
// real time.
#pragma once

#include "engine/lab/interrupt.hpp"
#include "scenarios/fidelity/fidelity.hpp"
#include "scenarios/sockets/member_kind.hpp"

namespace splitscope::cli {

// What lasts longer than this in the simulator is not played on real sockets.
inline constexpr base::Duration FidelityRunMax = std::chrono::minutes{2};

class SocketFidelityRunner final : public scenarios::FidelityRunner {
 public:
  // `script` gives what scripts may load. All outlive *this. The calls come from one thread.
  SocketFidelityRunner(const scenarios::ScriptOptions& script, const scenarios::MemberKind& members,
                       const lab::Interrupt& interrupt)
      : script_(script), members_(members), interrupt_(interrupt) {}
  scenarios::FidelityRun run(const scenarios::FidelityTask& task, std::uint64_t seed) override;

 private:
  const scenarios::ScriptOptions& script_;
  const scenarios::MemberKind& members_;
  const lab::Interrupt& interrupt_;
};

// The tasks that are short enough, and what a run of each takes together. Takes the others out and
// names them in `too_long`. The error is a script's.
base::Result<base::Duration> keep_short_tasks(std::vector<scenarios::FidelityTask>& tasks,
                                              const scenarios::ScriptOptions& script,
                                              std::uint64_t seed,
                                              std::vector<std::string>& too_long);

}  // namespace splitscope::cli
