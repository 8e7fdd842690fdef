// Runs the program as a user does: its arguments in, its exit code and both outputs out. No shell
// is between.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace splitscope::tests {

struct ProgramRun {
  int exit_code = -1;  // -1: it did not end by itself
  std::string out;
  std::string err;
};

// A folder of its own for one test, removed with all in it at the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const;
  std::string read(const std::string& name) const;
  // Names of all files, sorted.
  std::vector<std::string> names() const;

 private:
  std::filesystem::path path_;
};

// A program that runs beside the test; killed if it still does at the end.
class StartedProgram {
 public:
  // `folder` becomes its working directory.
  StartedProgram(const std::filesystem::path& folder, std::vector<std::string> arguments);
  ~StartedProgram();
  StartedProgram(const StartedProgram&) = delete;
  StartedProgram& operator=(const StartedProgram&) = delete;

  void signal(int number) const;
  // What it has printed.
  std::string out_so_far() const;
  // Until it ends. Once.
  ProgramRun wait();

 private:
  ScratchFolder outputs_;
  std::filesystem::path out_;
  std::filesystem::path err_;
  int child_ = -1;
};

ProgramRun run_program(const std::filesystem::path& folder, std::vector<std::string> arguments);

}  // namespace splitscope::tests
