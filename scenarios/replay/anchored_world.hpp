// A world in which a recorded run's acts come after the same facts rather than at the same times:
// it stands before any other world, and where the literal script lets time pass to an act, it waits
// for the fact that came last before the act in the recording, and then as long as the act came
// after it. Everything else goes through unchanged.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/kit/world.hpp"
#include "scenarios/replay/recorded_run.hpp"
#include "scenarios/replay/shared_facts.hpp"

namespace splitscope::scenarios {

struct AnchorOptions {
  base::Duration settle = std::chrono::seconds{1};    // views in passing are no anchors
  base::Duration wait_max = std::chrono::minutes{2};  // for a fact, beyond twice its time recorded
};

// Where an act of the recording came to stand.
struct Placement {
  base::Instant recorded_at;
  base::Instant at;                  // here
  std::optional<SharedFact> anchor;  // of the recording; none: nothing was shared before it
  bool was_found = true;             // false: the fact did not come, and the act came without it
  std::vector<std::string> acts;
};

class AnchoredWorld final : public World {
 public:
  // Both outlive *this.
  AnchoredWorld(World& world, const RecordedRun& recorded, const AnchorOptions& options);

  base::Result<void> set_network(const NetworkSpec& network) override {
    return world_.set_network(network);
  }
  base::Result<ClusterId> add_cluster(const ClusterSpec& spec) override {
    return world_.add_cluster(spec);
  }
  ClusterBounds bounds(ClusterId cluster) const override { return world_.bounds(cluster); }
  const ClusterSpec& spec(ClusterId cluster) const override { return world_.spec(cluster); }
  std::optional<base::NodeId> member(std::string_view name) const override {
    return world_.member(name);
  }
  void start(ClusterId cluster, const StartOptions& options) override;
  base::Result<void> probe(ClusterId cluster, const ProbePlan& plan) override {
    return world_.probe(cluster, plan);
  }
  base::Result<FaultId> apply(const Fault& fault) override;
  void heal(FaultId fault) override;
  Effect effect(FaultId fault) const override { return world_.effect(fault); }
  const std::vector<AppliedFault>& faults() const override { return world_.faults(); }
  base::Instant now() const override { return world_.now(); }
  // To the moment `duration` later in the recording, by its anchor.
  bool run_for(base::Duration duration) override;
  bool run_until(const Condition& condition, base::Duration deadline) override {
    return world_.run_until(condition, deadline);
  }
  const Observation& observation() const override { return world_.observation(); }
  const Counters& counters() const override { return world_.counters(); }
  void keep_history() override { world_.keep_history(); }
  const History* history() const override { return world_.history(); }
  void add_trigger(const TriggerSpec& spec, std::function<void()> action) override {
    world_.add_trigger(spec, std::move(action));
  }
  std::uint32_t add_monitor(const MonitorSpec& spec) override { return world_.add_monitor(spec); }
  void name_expectation(std::uint32_t index, std::string words, std::uint32_t line) override {
    world_.name_expectation(index, std::move(words), line);
  }
  void expect(bool met, std::string words, std::uint32_t line, std::string seen) override {
    world_.expect(met, std::move(words), line, std::move(seen));
  }
  void declare_inconclusive(std::string why) override {
    world_.declare_inconclusive(std::move(why));
  }
  base::Prng& script_random() override { return world_.script_random(); }
  void note(std::string text) override { world_.note(std::move(text)); }

  // Those with acts, in order.
  std::vector<Placement> placements() const;

 private:
  const SharedFact* anchor_before(base::Instant recorded_at) const;
  // When the anchor came here; none while it has not.
  std::optional<base::Instant> find(const SharedFact& anchor) const;
  // False: the world must end.
  bool wait_for(const SharedFact& anchor, base::Duration most, std::optional<base::Instant>& found);
  std::size_t entry_count() const;
  bool run_to(base::Instant at);

  World& world_;
  AnchorOptions options_;
  std::vector<SharedFact> recorded_;
  base::Instant recorded_now_{};
  std::vector<Placement> placements_;
};

}  // namespace splitscope::scenarios
