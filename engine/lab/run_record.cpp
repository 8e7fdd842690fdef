#include "engine/lab/run_record.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>

namespace splitscope::lab {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view FirstLine = "splitscope lab 1";
constexpr std::string_view Extension = ".run";
constexpr std::size_t ProcessesMax = 100'000;

std::string read_text(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string process_line(std::string_view word, const ProcessIdentity& process) {
  return fmt::format("{} {} {}\n", word, process.pid, process.started);
}

// "PID START"; all zero if it is not that.
ProcessIdentity parse_process(std::string_view text) {
  ProcessIdentity process;
  const char* end = text.data() + text.size();
  const auto pid = std::from_chars(text.data(), end, process.pid);
  if (pid.ec != std::errc{} || pid.ptr == end || *pid.ptr != ' ') return {};
  const auto start = std::from_chars(pid.ptr + 1, end, process.started);
  if (start.ec != std::errc{} || start.ptr != end || process.pid <= 1) return {};
  return process;
}

bool lives(const ProcessIdentity& process) {
  return process.pid > 1 && identity_of(process.pid) == process;
}

base::Result<void> append(const fs::path& file, const std::string& text, int flags) {
  const FileDescriptor out(
      ::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0600));
  if (!out.is_open() ||
      ::write(out.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return base::failure(fmt::format("{}: the run's record cannot be written: {}", file.string(),
                                     std::strerror(errno)));
  }
  return {};
}

// A folder that others can write to could be made to name their files.
base::Result<void> make_private_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder.parent_path(), error);
  ::mkdir(folder.c_str(), 0700);
  struct stat found{};
  if (::lstat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) {
    return base::failure(
        fmt::format("{}: cannot be made: {}", folder.string(), std::strerror(errno)));
  }
  if (found.st_uid != ::geteuid() || (found.st_mode & 022) != 0) {
    return base::failure(fmt::format(
        "{}: is not this user's alone; remove it or change its owner and mode", folder.string()));
  }
  return {};
}

void remove_run(const FoundRun& run) {
  std::error_code error;
  if (!run.record.folder.empty()) fs::remove_all(run.record.folder, error);
  fs::remove(run.file, error);
}

}  // namespace

std::string to_text(const RunRecordText& record) {
  std::string text = fmt::format("{}\nboot {}\n", FirstLine, record.boot);
  text += process_line("runner", record.runner);
  if (!record.folder.empty()) text += fmt::format("folder {}\n", record.folder.string());
  for (const ProcessIdentity& process : record.processes) text += process_line("process", process);
  return text;
}

RunRecordText parse_run_record(std::string_view text) {
  RunRecordText record;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos;
       begin = end + 1, end = text.find('\n', begin)) {
    const std::string_view line = text.substr(begin, end - begin);
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, space);
    const std::string_view rest = line.substr(std::min(space + 1, line.size()));
    if (word == "boot") record.boot = rest;
    if (word == "runner") record.runner = parse_process(rest);
    if (word == "folder" && rest.starts_with('/')) record.folder = rest;
    if (word == "process" && record.processes.size() < ProcessesMax) {
      const ProcessIdentity process = parse_process(rest);
      if (process.pid != 0) record.processes.push_back(process);
    }
  }
  return record;
}

std::string boot_id() {
  std::string text = read_text("/proc/sys/kernel/random/boot_id");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

base::Result<RunRecord> RunRecord::open(const fs::path& records, const fs::path& runs) {
  if (auto made = make_private_folder(records); !made.has_value()) {
    return std::unexpected(made.error());
  }
  std::string folder = (runs / "splitscope-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) {
    return base::failure(fmt::format("{}: cannot be made: {}", folder, std::strerror(errno)));
  }
  const auto self = identity_of(::getpid());
  RunRecordText text;
  text.boot = boot_id();
  text.runner = self.value_or(ProcessIdentity{});
  text.folder = folder;
  const fs::path file = records / (fs::path(folder).filename().string() + std::string(Extension));
  RunRecord record(file, folder);
  if (auto written = append(file, to_text(text), O_CREAT | O_EXCL); !written.has_value()) {
    return std::unexpected(written.error());
  }
  return record;
}

RunRecord::RunRecord(RunRecord&& other) noexcept
    : file_(std::exchange(other.file_, {})), folder_(std::exchange(other.folder_, {})) {}

RunRecord& RunRecord::operator=(RunRecord&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(folder_, other.folder_);
  return *this;
}

RunRecord::~RunRecord() {
  if (file_.empty()) return;
  std::error_code error;
  fs::remove_all(folder_, error);
  fs::remove(file_, error);
}

base::Result<void> RunRecord::add(const ProcessIdentity& process) {
  return append(file_, process_line("process", process), 0);
}

std::vector<FoundRun> find_runs(const fs::path& records) {
  std::vector<FoundRun> runs;
  const std::string boot = boot_id();
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(records, error)) {
    if (entry.path().extension() != Extension || entry.is_symlink(error)) continue;
    FoundRun run;
    run.file = entry.path();
    run.record = parse_run_record(read_text(entry.path()));
    if (run.record.boot == boot) {
      run.is_running = lives(run.record.runner);
      std::ranges::copy_if(run.record.processes, std::back_inserter(run.still_alive), lives);
    }
    runs.push_back(std::move(run));
  }
  std::ranges::sort(runs, {}, &FoundRun::file);
  return runs;
}

Cleaned clean_leftovers(const fs::path& records) {
  Cleaned cleaned;
  for (const FoundRun& run : find_runs(records)) {
    if (run.is_running) continue;
    for (const ProcessIdentity& process : run.still_alive) {
      if (::kill(process.pid, SIGKILL) == 0) ++cleaned.processes;
    }
    remove_run(run);
    ++cleaned.runs;
  }
  return cleaned;
}

}  // namespace splitscope::lab
