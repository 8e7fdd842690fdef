#include "bench/protocol_rows.hpp"

#include <algorithm>

#include "bench/measure.hpp"
#include "scenarios/script/play.hpp"

namespace splitscope::bench {
namespace {

using namespace std::chrono_literals;
using namespace splitscope::scenarios;

ClusterSpec cluster_of(std::uint32_t members) {
  ClusterSpec spec;
  spec.members = members;
  spec.well_known = {0, 1};
  return spec;
}

void run_master_kill(std::uint64_t seed) {
  SimWorld world(SimWorldOptions{.seed = seed});
  const auto cluster = world.add_cluster(cluster_of(5));
  world.start(*cluster, {});
  world.run_until(Condition::all_agreed(cluster->value), 60s);
  Fault kill;
  kill.kind = FaultKind::Kill;
  kill.groups = {{base::NodeId{0}}};
  (void)world.apply(kill);
  world.run_for(base::RunStart + 120s - world.now());
  (void)world.finish();
}

}  // namespace

double protocol_scenarios_per_second(std::uint32_t runs) {
  const double before = cpu_seconds();
  for (std::uint32_t run = 1; run <= runs; ++run) run_master_kill(run);
  return runs / (cpu_seconds() - before);
}

double lua_scenarios_per_second(std::uint32_t runs) {
  RunSpec spec;
  spec.script_path = "bench.lua";
  spec.script =
      "local c = cluster { scheme = wka { well_known = { 1, 2 } }, members = 5 }\n"
      "c:start()\n"
      "run_until(c:agreed(), '60s')\n"
      "kill('n1')\n"
      "expect(eventually(c:agreed(), '20s'))\n"
      "run_for('100s')\n";
  const double before = cpu_seconds();
  for (std::uint32_t run = 1; run <= runs; ++run) {
    spec.seed = run;
    (void)play(spec, {});
  }
  return runs / (cpu_seconds() - before);
}

double steady_speed(std::uint32_t members, std::uint32_t seconds) {
  SimWorld world(SimWorldOptions{.seed = 1});
  const auto cluster = world.add_cluster(cluster_of(members));
  world.start(*cluster, {});
  if (!world.run_until(Condition::all_agreed(cluster->value), 600s)) return 0;
  world.run_for(60s);  // the last members have just connected to each other
  double best = 0;
  for (int round = 0; round < 3; ++round) {
    const double before = cpu_seconds();
    world.run_for(std::chrono::seconds(seconds));
    best = std::max(best, seconds / (cpu_seconds() - before));
  }
  return best;
}

}  // namespace splitscope::bench
