// One random phase of a run: acts drawn from the seed at drawn moments. Every act is an ordinary
// fault and is recorded as one. Private to scenarios/script.
#pragma once

#include <vector>

#include "scenarios/script/context.hpp"

namespace splitscope::scenarios {

struct ChaosPlan {
  std::vector<FaultKind> kinds;
  base::Duration mean{};  // between acts
  base::Duration length{};
  // How many live members are left alone at any moment; none = more than half of the cluster.
  std::optional<std::size_t> keep;
};

class ChaosPhase {
 public:
  // `script` outlives *this. The acts' seeds come from `seed`.
  ChaosPhase(ScriptContext& script, ClusterId cluster, ChaosPlan plan, std::uint64_t seed);
  ChaosPhase(const ChaosPhase&) = delete;
  ChaosPhase& operator=(const ChaosPhase&) = delete;

  // Puts all acts on the world's agenda, from now on. Triggers call into *this.
  void begin();

 private:
  // Members that an act has in hand, and until when.
  struct Disturbance {
    base::Instant until;
    Members members;
  };

  void act(std::uint64_t seed);
  Members undisturbed() const;
  Fault make_fault(FaultKind kind, const Members& chosen, base::Duration lasting) const;

  ScriptContext& script_;
  ClusterId cluster_;
  ChaosPlan plan_;
  base::Prng moments_;
  std::vector<Disturbance> disturbances_;
};

}  // namespace splitscope::scenarios
