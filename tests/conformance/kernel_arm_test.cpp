// All bodies on the kernel of this machine. They mostly wait, so several run at one time, each in a
// process of its own: this program again, with the kernel as its arm.
#include <cerrno>
#include <cstring>
#include <iostream>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bodies.hpp"
#include "conformance.hpp"
#include "engine/lab/file_descriptor.hpp"
#include "tests/support/namespaces.hpp"

namespace splitscope::conformance {
namespace {

constexpr std::size_t AtOnceMax = 6;

// A body under way in a process of its own.
struct Running {
  Body body;
  pid_t process = 0;
  lab::FileDescriptor output;
  std::string text;
};

// As Catch's command line takes it: a comma would begin another name.
std::string as_argument(const std::string& name) {
  std::string result;
  for (const char c : name) {
    if (c == ',' || c == '[' || c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

Running start(const Body& body) {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  const lab::FileDescriptor writing(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, writing.get(), STDERR_FILENO);
  std::string program = "/proc/self/exe";
  std::string name = as_argument(body.name);
  char* const arguments[] = {program.data(), name.data(), nullptr};
  std::string variable = std::string(ArmVariable) + "=kernel";
  std::vector<char*> variables{variable.data()};
  for (char** entry = environ; *entry != nullptr; ++entry) variables.push_back(*entry);
  variables.push_back(nullptr);
  pid_t process = 0;
  const int failure =
      posix_spawn(&process, program.c_str(), &actions, nullptr, arguments, variables.data());
  posix_spawn_file_actions_destroy(&actions);
  INFO(std::strerror(failure));
  REQUIRE(failure == 0);
  return {body, process, lab::FileDescriptor(ends[0]), {}};
}

// Waits for output of any; true once one has ended, and then says which in `ended`.
bool wait_for_one(std::vector<Running>& running, std::size_t& ended) {
  std::vector<pollfd> waits;
  for (const Running& one : running) waits.push_back({one.output.get(), POLLIN, 0});
  if (poll(waits.data(), waits.size(), -1) < 0) return false;
  for (std::size_t i = 0; i < waits.size(); ++i) {
    if (waits[i].revents == 0) continue;
    char bytes[4096];
    const ssize_t count = read(running[i].output.get(), bytes, sizeof bytes);
    if (count > 0) {
      running[i].text.append(bytes, static_cast<std::size_t>(count));
    } else if (count == 0) {
      ended = i;
      return true;
    }
  }
  return false;
}

void report(const Running& one) {
  int status = 0;
  REQUIRE(waitpid(one.process, &status, 0) == one.process);
  const bool passed = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  // Without a test that ran, the name was not understood.
  const bool ran = one.text.find("No test cases matched") == std::string::npos;
  INFO(one.body.name << "\n" << one.text);
  CHECK(ran);
  CHECK(passed);
}

void run_on_kernel(bool nightly) {
  std::vector<Body> waiting;
  for (const Body& body : bodies()) {
    if (body.is_nightly != nightly) continue;
    if (!testing::has_namespaces("on the kernel: " + body.name)) continue;
    waiting.push_back(body);
  }
  std::vector<Running> running;
  while (!waiting.empty() || !running.empty()) {
    while (!waiting.empty() && running.size() < AtOnceMax) {
      running.push_back(start(waiting.back()));
      waiting.pop_back();
    }
    std::size_t ended = 0;
    if (!wait_for_one(running, ended)) continue;
    report(running[ended]);
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(ended));
  }
}

}  // namespace

TEST_CASE("every body holds on the kernel of this machine", "[kernel]") {
  run_on_kernel(false);
}

TEST_CASE("every body that takes minutes holds on the kernel of this machine",
          "[.nightly][kernel]") {
  run_on_kernel(true);
}

}  // namespace splitscope::conformance
