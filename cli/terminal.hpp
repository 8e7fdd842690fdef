// What is known of the terminal, and a progress bar that stays silent where there is none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace splitscope::cli {

// Standard output is a terminal and NO_COLOR is not set.
bool wants_colour();
// Columns of the terminal, or 100.
std::size_t terminal_width();

// Draws on standard error, at most ten times a second, with the time left; nothing unless that is a
// terminal. Cleared when destroyed. Safe to call from one thread at a time.
class ProgressBar {
 public:
  explicit ProgressBar(std::string label);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  void update(std::uint64_t done, std::uint64_t total);

 private:
  std::string label_;
  bool enabled_;
  std::int64_t started_ns_;
  std::int64_t last_ns_ = 0;
  bool drawn_ = false;
};

// Writes to a temporary file beside `path` and renames it. False if that failed.
bool write_file(const std::string& path, const std::string& text);

}  // namespace splitscope::cli
