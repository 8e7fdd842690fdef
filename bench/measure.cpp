#include "bench/measure.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>

#include <boost/json.hpp>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace splitscope::bench {
namespace {

boost::json::object to_json(const Row& row) {
  return {{"name", row.name},   {"ours", row.ours}, {"limit", row.limit},
          {"ratio", row.ratio}, {"unit", row.unit}, {"requirement", row.requirement}};
}

std::optional<Row> from_json(const std::string& line) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(line, error);
  if (error) return std::nullopt;
  const auto text = [&value](const char* key) { return std::string(value.at(key).as_string()); };
  return Row{text("name"),
             value.at("ours").to_number<double>(),
             value.at("limit").to_number<double>(),
             value.at("ratio").to_number<double>(),
             text("unit"),
             text("requirement")};
}

}  // namespace

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double wall_seconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double wall_seconds_of(const std::string& command) {
  const double start = wall_seconds();
  FILE* pipe = popen((command + " > /dev/null").c_str(), "r");
  if (pipe == nullptr || pclose(pipe) != 0) return 0;
  return wall_seconds() - start;
}

double bare_ns_per_event(const std::string& variant, std::uint32_t nodes, std::uint32_t seconds,
                         const std::string& mode, std::uint32_t repeat, int rounds) {
  double best = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string command =
        fmt::format("{} --mode {} --variant {} --n {} --t {} --repeat {} --hash", SPLITSCOPE_BARE,
                    mode, variant, nodes, seconds, repeat);
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
    if (pipe == nullptr) return 0;
    std::string output;
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) output += buffer.data();
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(output, error);
    if (error) return 0;
    const double ns =
        value.at("cpu_run").to_number<double>() * 1e9 / value.at("events").to_number<double>();
    best = best == 0 ? ns : std::min(best, ns);
  }
  return best;
}

std::optional<Row> measured_apart(Row (*measure)(bool quick), bool quick) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return std::nullopt;
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    const std::string line = boost::json::serialize(to_json(measure(quick)));
    const bool is_told = write(ends[1], line.data(), line.size()) == std::ssize(line);
    _exit(is_told ? 0 : 1);
  }
  close(ends[1]);
  std::string line;
  std::array<char, 4096> buffer{};
  ssize_t count = 0;
  while ((count = read(ends[0], buffer.data(), buffer.size())) > 0) {
    line.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(ends[0]);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) return std::nullopt;
  return from_json(line);
}

void print_table(const std::vector<Row>& rows) {
  std::printf("%-25s %14s %14s %8s  %-16s %s\n", "work", "ours", "limit", "ratio", "unit", "must");
  for (const Row& row : rows) {
    std::printf("%-25s %14.4g %14.4g %8.3g  %-16s %s\n", row.name.c_str(), row.ours, row.limit,
                row.ratio, row.unit.c_str(), row.requirement.c_str());
  }
}

bool write_json(const std::vector<Row>& rows, const std::string& path) {
  boost::json::array array;
  for (const Row& row : rows) {
    boost::json::object object = to_json(row);
    object.erase("requirement");
    array.push_back(std::move(object));
  }
  std::ofstream out(path);
  out << boost::json::serialize(array) << "\n";
  return out.good();
}

}  // namespace splitscope::bench
