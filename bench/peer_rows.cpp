#include "bench/peer_rows.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include <boost/json.hpp>

#include "bench/heartbeat_mesh.hpp"

namespace splitscope::bench {
namespace {

constexpr int Rounds = 5;

double our_ns_per_event(const MeshOptions& options) {
  double best = 0;
  for (int round = 0; round < Rounds; ++round) {
    const MeshResult result = run_mesh(options);
    const double ns = result.cpu_seconds * 1e9 / static_cast<double>(result.events);
    best = round == 0 ? ns : std::min(best, ns);
  }
  return best;
}

std::string text(const boost::json::object& said, const char* key) {
  return std::string(said.at(key).as_string());
}

std::optional<Row> row_of(const boost::json::object& said) {
  if (said.contains("missing")) {
    std::fprintf(stderr, "left out: %s: %s\n", text(said, "missing").c_str(),
                 text(said, "why").c_str());
    return std::nullopt;
  }
  const double theirs = said.at("ns").to_number<double>();
  const double ours = our_ns_per_event({.nodes = said.at("nodes").to_number<std::uint32_t>(),
                                        .seconds = said.at("seconds").to_number<std::uint32_t>(),
                                        .gossip = said.at("variant").as_string() == "gossip"});
  return Row{text(said, "name"), ours, theirs, theirs / ours, "ns/event", "theirs / ours"};
}

}  // namespace

std::vector<Row> peer_rows() {
  std::vector<Row> rows;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(
      popen("python3 " SPLITSCOPE_SOURCE "/bench/peers/run.py --out " SPLITSCOPE_SOURCE
            "/build/peers",
            "r"),
      pclose);
  if (pipe == nullptr) return rows;
  std::array<char, 1024> line{};
  while (std::fgets(line.data(), line.size(), pipe.get()) != nullptr) {
    boost::system::error_code error;
    const boost::json::value said = boost::json::parse(line.data(), error);
    if (error || !said.is_object()) continue;
    if (const auto row = row_of(said.get_object())) rows.push_back(*row);
  }
  return rows;
}

}  // namespace splitscope::bench
