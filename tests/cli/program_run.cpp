#include "tests/support/program_run.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace splitscope::tests {

namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

StartedProgram::StartedProgram(const fs::path& folder, std::vector<std::string> arguments)
    : out_(outputs_.path() / "out"), err_(outputs_.path() / "err") {
  arguments.insert(arguments.begin(), SPLITSCOPE_PROGRAM);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  REQUIRE(posix_spawn_file_actions_init(&actions) == 0);
  const int flags = O_WRONLY | O_CREAT | O_TRUNC;
  REQUIRE(posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0);
  REQUIRE(posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out_.c_str(), flags, 0600) ==
          0);
  REQUIRE(posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err_.c_str(), flags, 0600) ==
          0);
  REQUIRE(posix_spawn_file_actions_addchdir_np(&actions, folder.c_str()) == 0);
  REQUIRE(posix_spawn(&child_, SPLITSCOPE_PROGRAM, &actions, nullptr, argv.data(), environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
}

StartedProgram::~StartedProgram() {
  if (child_ < 0) return;
  ::kill(child_, SIGKILL);
  waitpid(child_, nullptr, 0);
}

void StartedProgram::signal(int number) const {
  REQUIRE(::kill(child_, number) == 0);
}

std::string StartedProgram::out_so_far() const {
  return text_of(out_);
}

ProgramRun StartedProgram::wait() {
  int status = 0;
  REQUIRE(waitpid(child_, &status, 0) == child_);
  child_ = -1;
  ProgramRun run;
  if (WIFEXITED(status)) run.exit_code = WEXITSTATUS(status);
  run.out = text_of(out_);
  run.err = text_of(err_);
  return run;
}

ProgramRun run_program(const fs::path& folder, std::vector<std::string> arguments) {
  return StartedProgram(folder, std::move(arguments)).wait();
}

ScratchFolder::ScratchFolder() {
  std::string name = (fs::temp_directory_path() / "splitscope-test-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void ScratchFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream(path_ / name, std::ios::binary) << text;
}

std::string ScratchFolder::read(const std::string& name) const {
  return text_of(path_ / name);
}

std::vector<std::string> ScratchFolder::names() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path_)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace splitscope::tests
