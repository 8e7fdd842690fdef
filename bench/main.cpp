// Speed as ratios measured in one run on one machine. usage: splitscope_bench [--quick] [--json
// FILE]
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include "bench/heartbeat_mesh.hpp"
#include "bench/measure.hpp"
#include "bench/protocol_rows.hpp"

namespace {

using namespace splitscope::bench;

Row mesh_row(const std::string& name, const MeshOptions& options, int rounds, const char* must) {
  double ours = 0;
  for (int round = 0; round < rounds; ++round) {
    const MeshResult result = run_mesh(options);
    const double ns = result.cpu_seconds * 1e9 / static_cast<double>(result.events);
    ours = round == 0 ? ns : std::min(ours, ns);
  }
  const double bare = bare_ns_per_event(options.gossip ? "gossip" : "mesh", options.nodes,
                                        options.seconds, "wheel", 1, rounds);
  return {name, ours, bare, bare > 0 ? ours / bare : 0, "ns/event", must};
}

double campaign(std::uint32_t runs) {
  const double before = cpu_seconds();
  for (std::uint32_t run = 1; run <= runs; ++run) {
    (void)run_mesh({.nodes = 5, .seconds = 120, .seed = run});
  }
  return runs / (cpu_seconds() - before);
}

Row two_cores_row(std::uint32_t runs) {
  const auto wall = [] {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
  };
  double start = wall();
  campaign(runs);
  const double alone = wall() - start;
  start = wall();
  {
    std::jthread other([runs] { campaign(runs); });
    campaign(runs);
  }
  const double both = wall() - start;
  const double speed_up = 2 * alone / both;
  return {"campaign_two_cores", speed_up, 2, speed_up / 2, "x", ">= 1.95"};
}

}  // namespace

int main(int argc, char** argv) {
  bool quick = false;
  std::string json_path;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--quick") == 0) {
      quick = true;
    } else if (std::strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
      json_path = argv[++i];
    } else {
      std::fprintf(stderr, "splitscope_bench: write [--quick] [--json FILE]\n");
      return 2;
    }
  }
  const int rounds = quick ? 1 : 3;
  std::vector<Row> rows;
  rows.push_back(mesh_row("mesh_100", {.nodes = 100, .seconds = 100}, rounds, "ratio <= 1.4"));
  rows.push_back(mesh_row("mesh_500", {.nodes = 500, .seconds = 20}, rounds, "ratio <= 1.4"));
  rows.push_back(mesh_row("gossip_10k", {.nodes = 10'000, .seconds = 20, .gossip = true}, rounds,
                          "ratio <= 1.5"));
  const MeshOptions large{.nodes = 100'000, .seconds = 10, .gossip = true};
  const MeshResult memory = run_mesh(large);
  rows.push_back(mesh_row("gossip_100k", large, 1, "ratio <= 1.6"));
  rows.push_back({"bytes_per_node_100k", memory.bytes_per_node, 614.4,
                  memory.bytes_per_node / 614.4, "B", "<= 614"});
  const double kernel = campaign(quick ? 200 : 2000);
  rows.push_back({"campaign_kernel", kernel, 20'000, kernel / 20'000, "scenarios/s", ">= 20000"});
  rows.push_back(two_cores_row(quick ? 200 : 2000));
  const double protocol = protocol_scenarios_per_second(quick ? 100 : 1000);
  rows.push_back({"campaign_protocol", protocol, 3000, protocol / 3000, "scenarios/s", ">= 3000"});
  const double lua = lua_scenarios_per_second(quick ? 100 : 1000);
  rows.push_back({"campaign_lua", lua, 1000, lua / 1000, "scenarios/s", ">= 1000"});
  const double hundred = steady_speed(100, quick ? 100 : 1000);
  rows.push_back({"members_100", hundred, 2000, hundred / 2000, "x real time", ">= 2000"});
  if (!quick) {
    const double thousand = steady_speed(1000, 20);
    rows.push_back({"members_1000", thousand, 20, thousand / 20, "x real time", "stretch: 20"});
  }
  print_table(rows);
  return json_path.empty() || write_json(rows, json_path) ? 0 : 1;
}
