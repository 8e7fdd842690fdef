// Speed as ratios measured in one run on one machine. A row is an entry of Works.
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>

#include "bench/heartbeat_mesh.hpp"
#include "bench/measure.hpp"
#include "bench/peer_rows.hpp"
#include "bench/protocol_rows.hpp"
#include "bench/switch_rows.hpp"

namespace {

using namespace splitscope::bench;

// Ours and the bare loop take turns, so that both meet the same machine; the least of each counts.
Row mesh_row(const std::string& name, const MeshOptions& options, int rounds, const char* must) {
  double ours = 0;
  double bare = 0;
  for (int round = 0; round < rounds; ++round) {
    const MeshResult result = run_mesh(options);
    const double ns = result.cpu_seconds * 1e9 / static_cast<double>(result.events);
    ours = round == 0 ? ns : std::min(ours, ns);
    const double bare_ns = bare_ns_per_event(options.gossip ? "gossip" : "mesh", options.nodes,
                                             options.seconds, "wheel", 1, 1);
    bare = round == 0 ? bare_ns : std::min(bare, bare_ns);
  }
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
  double start = wall_seconds();
  campaign(runs);
  const double alone = wall_seconds() - start;
  start = wall_seconds();
  {
    std::jthread other([runs] { campaign(runs); });
    campaign(runs);
  }
  const double both = wall_seconds() - start;
  const double speed_up = 2 * alone / both;
  return {"campaign_two_cores", speed_up, 2, speed_up / 2, "x", ">= 1.95"};
}

constexpr MeshOptions Large{.nodes = 100'000, .seconds = 10, .gossip = true};

Row memory_row() {
  MeshOptions weighed = Large;
  weighed.weighs = true;
  const double bytes = run_mesh(weighed).bytes_per_node;
  return {"bytes_per_node_100k", bytes, 614.4, bytes / 614.4, "B", "<= 614"};
}

// `wanted` of `unit`, or more.
Row speed_row(const char* name, double ours, double wanted, const char* unit, const char* must) {
  return {name, ours, wanted, ours / wanted, unit, must};
}

Row compare_row(bool quick) {
  const double seconds = wall_seconds_of(std::string(SPLITSCOPE_PROGRAM) + " compare " +
                                         SPLITSCOPE_SOURCE "/docs/examples/deployment.toml" +
                                         (quick ? " --seeds 20" : ""));
  return {"compare_default", seconds, 120, seconds / 120, "s, all cores", "<= 120"};
}

Row switch_latency_row(const char* name, bool quick, double SwitchLatency::* quantile,
                       double most) {
  const auto latency = switch_latency(quick ? 2'000 : 20'000);
  const double ours = latency.has_value() ? (*latency).*quantile : 0;
  return {name, ours, most, ours / most, "us", "<= " + std::to_string(static_cast<int>(most))};
}

struct Work {
  const char* name;
  Row (*measure)(bool quick);
};

// In the order of the report; each is measured in a process of its own.
constexpr Work Works[] = {
    {"bytes_per_node_100k", [](bool) { return memory_row(); }},
    {"mesh_100",
     [](bool quick) {
       return mesh_row("mesh_100", {.nodes = 100, .seconds = 100}, quick ? 1 : 5, "ratio <= 1.4");
     }},
    {"mesh_500",
     [](bool quick) {
       return mesh_row("mesh_500", {.nodes = 500, .seconds = 20}, quick ? 1 : 5, "ratio <= 1.4");
     }},
    {"gossip_10k",
     [](bool quick) {
       return mesh_row("gossip_10k", {.nodes = 10'000, .seconds = 20, .gossip = true},
                       quick ? 1 : 3, "ratio <= 1.5");
     }},
    {"gossip_100k",
     [](bool quick) { return mesh_row("gossip_100k", Large, quick ? 1 : 2, "ratio <= 1.6"); }},
    {"campaign_kernel",
     [](bool quick) {
       return speed_row("campaign_kernel", campaign(quick ? 500 : 5000), 20'000, "scenarios/s",
                        ">= 20000");
     }},
    {"campaign_two_cores", [](bool quick) { return two_cores_row(quick ? 500 : 5000); }},
    {"campaign_protocol",
     [](bool quick) {
       return speed_row("campaign_protocol", protocol_scenarios_per_second(quick ? 100 : 2000),
                        3'000, "scenarios/s", ">= 3000");
     }},
    {"campaign_lua",
     [](bool quick) {
       return speed_row("campaign_lua", lua_scenarios_per_second(quick ? 100 : 2000), 1'000,
                        "scenarios/s", ">= 1000");
     }},
    {"members_100",
     [](bool quick) {
       return speed_row("members_100", steady_speed(100, quick ? 100 : 400), 2'000, "x real time",
                        ">= 2000");
     }},
    {"members_1000",
     [](bool quick) {
       return speed_row("members_1000", steady_speed(1000, quick ? 5 : 10), 20, "x real time",
                        "stretch: 20");
     }},
    // Ten members that beat every second to each other need some 200 frames a second.
    {"switch_frames",
     [](bool quick) {
       return speed_row("switch_frames", switch_frames_per_second(quick ? 1 : 5).value_or(0),
                        50'000, "frames/s", ">= 50000");
     }},
    {"switch_latency_p50",
     [](bool quick) {
       return switch_latency_row("switch_latency_p50", quick, &SwitchLatency::p50_us, 200);
     }},
    {"switch_latency_p99",
     [](bool quick) {
       return switch_latency_row("switch_latency_p99", quick, &SwitchLatency::p99_us, 1000);
     }},
    {"compare_default", compare_row},
};

struct Arguments {
  bool quick = false;
  bool peers = false;
  std::string json_path;
  std::vector<std::string> only;
};

bool is_wanted(const Arguments& arguments, const std::string& name) {
  return arguments.only.empty() || std::ranges::find(arguments.only, name) != arguments.only.end();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Measures speed as ratios within one run on one machine."};
  Arguments arguments;
  std::vector<std::string> names;
  for (const Work& work : Works) names.emplace_back(work.name);
  app.add_flag("--quick", arguments.quick, "Once each, and shorter");
  app.add_flag("--peers", arguments.peers, "The rivals that are installed, too (minutes)");
  app.add_option("--json", arguments.json_path, "Write the rows as JSON");
  app.add_option("--only", arguments.only, "Names of rows")
      ->delimiter(',')
      ->check(CLI::IsMember(names));
  app.footer("Example:\n  ./dev bench --only mesh_100,campaign_protocol --json bench.json");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "splitscope_bench: %s\n", error.what());
    return 2;
  }
  std::vector<Row> rows;
  for (const Work& work : Works) {
    if (!is_wanted(arguments, work.name)) continue;
    std::optional<Row> row = measured_apart(work.measure, arguments.quick);
    if (!row.has_value()) {
      std::fprintf(stderr, "splitscope_bench: %s could not be measured\n", work.name);
      return 1;
    }
    rows.push_back(*std::move(row));
  }
  if (arguments.peers) std::ranges::move(peer_rows(), std::back_inserter(rows));
  print_table(rows);
  return arguments.json_path.empty() || write_json(rows, arguments.json_path) ? 0 : 1;
}
