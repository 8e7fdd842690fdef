// What a lab leaves behind for others to find: a small file that names the boot, the run's process
// and those it started, each with its start time. A leftover is known by these, never by the shape
// of a name. Everything that a run owns goes with its processes, so cleaning ends what still lives
// and removes the run's folder and its record.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/lab/lab_process.hpp"

namespace splitscope::lab {

struct RunRecordText {
  std::string boot;  // the boot's id: after another one all numbers mean nothing
  ProcessIdentity runner;
  std::vector<ProcessIdentity> processes;
  std::filesystem::path folder;  // of sockets, logs and traces; empty: none
  friend bool operator==(const RunRecordText&, const RunRecordText&) = default;
};
std::string to_text(const RunRecordText& record);
// Lines that are cut short or unknown are passed over: a run may have died while it wrote.
RunRecordText parse_run_record(std::string_view text);

// This boot's id, or empty where /proc does not tell.
std::string boot_id();

// A run's own record: there while this is.
class RunRecord {
 public:
  // Makes `records` (for this user alone) and, below `runs`, the run's folder.
  static base::Result<RunRecord> open(const std::filesystem::path& records,
                                      const std::filesystem::path& runs);
  RunRecord(RunRecord&& other) noexcept;
  RunRecord& operator=(RunRecord&& other) noexcept;
  ~RunRecord();

  const std::filesystem::path& folder() const { return folder_; }
  base::Result<void> add(const ProcessIdentity& process);

 private:
  RunRecord(std::filesystem::path file, std::filesystem::path folder)
      : file_(std::move(file)), folder_(std::move(folder)) {}

  std::filesystem::path file_;  // empty: moved from
  std::filesystem::path folder_;
};

// A lab that is, or was.
struct FoundRun {
  std::filesystem::path file;
  RunRecordText record;
  bool is_running = false;                   // its runner lives
  std::vector<ProcessIdentity> still_alive;  // of its processes
};
// In order of their files' names.
std::vector<FoundRun> find_runs(const std::filesystem::path& records);

struct Cleaned {
  std::size_t runs = 0;
  std::size_t processes = 0;  // ended
};
// Removes what runs that are over have left; running labs are let be.
Cleaned clean_leftovers(const std::filesystem::path& records);

}  // namespace splitscope::lab
