// CPU time, and the bare event loop as a child process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace splitscope::bench {

// One row of the report; `ratio` is what the requirement is about.
struct Row {
  std::string name;
  double ours = 0;
  double limit = 0;  // of the bare loop, or of the requirement where there is none; 0 = none
  double ratio = 0;
  std::string unit;
  std::string requirement;
};

// CPU seconds of this process so far, all threads.
double cpu_seconds();

// Seconds since some moment.
double wall_seconds();
// How long a command took, its output thrown away; 0 if it failed.
double wall_seconds_of(const std::string& command);

// What the bare loop needed, in nanoseconds of CPU an event, least of `rounds`. 0 if it failed.
double bare_ns_per_event(const std::string& variant, std::uint32_t nodes, std::uint32_t seconds,
                         const std::string& mode, std::uint32_t repeat, int rounds);

// The row as a fresh process measures it, so that what was measured before leaves no trace in its
// memory. Empty if that process failed.
std::optional<Row> measured_apart(Row (*measure)(bool quick), bool quick);

void print_table(const std::vector<Row>& rows);
bool write_json(const std::vector<Row>& rows, const std::string& path);

}  // namespace splitscope::bench
