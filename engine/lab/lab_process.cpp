#include "engine/lab/lab_process.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace splitscope::lab {
namespace {

// The steps of the child, in order; what failed is told by its number.
constexpr std::array<const char*, 7> Steps{"enter its network namespace",
                                           "make a mount namespace",
                                           "keep its mounts to itself",
                                           "empty /run",
                                           "put its /etc/hosts in place",
                                           "open its output",
                                           "run its program"};
struct Failure {
  std::uint32_t step = 0;
  int error = 0;
};

// What the child needs, made before the fork: after it only system calls are safe.
struct ChildPlan {
  int network;
  const char* output;
  const char* hosts;  // or none
  char* const* arguments;
  char* const* environment;
  int report;
  pid_t parent;
};

[[noreturn]] void give_up(const ChildPlan& plan, std::uint32_t step) {
  const Failure failure{step, errno};
  [[maybe_unused]] const ssize_t written = ::write(plan.report, &failure, sizeof failure);
  ::_exit(127);
}

[[noreturn]] void become(const ChildPlan& plan) {
  // It must not outlive the run, whatever that dies of; nor hear the terminal's Ctrl-C.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) ::_exit(127);
  ::setsid();
  if (::setns(plan.network, CLONE_NEWNET) != 0) give_up(plan, 0);
  if (::unshare(CLONE_NEWNS) != 0) give_up(plan, 1);
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) give_up(plan, 2);
  if (::mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") != 0) give_up(plan, 3);
  if (plan.hosts != nullptr && ::mount(plan.hosts, "/etc/hosts", nullptr, MS_BIND, nullptr) != 0) {
    give_up(plan, 4);
  }
  const int input = ::open("/dev/null", O_RDONLY);
  const int output = ::open(plan.output, O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (input < 0 || output < 0) give_up(plan, 5);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  if (input > STDERR_FILENO) ::close(input);
  if (output > STDERR_FILENO) ::close(output);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::execve(plan.arguments[0], plan.arguments, plan.environment);
  give_up(plan, 6);
}

// The state letter and the fields behind it; empty if there is no such process.
std::string stat_of(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  // The name in brackets may hold anything, brackets and spaces too.
  const std::size_t end = text.rfind(')');
  return end == std::string::npos || end + 2 >= text.size() ? "" : text.substr(end + 2);
}

}  // namespace

std::optional<ProcessIdentity> identity_of(pid_t pid) {
  constexpr int StartTimeField = 20;  // of those behind the name, from 1
  const std::string stat = stat_of(pid);
  if (stat.empty() || stat[0] == 'Z' || stat[0] == 'X') return std::nullopt;
  std::istringstream fields(stat);
  std::string field;
  for (int i = 0; i < StartTimeField; ++i) fields >> field;
  return ProcessIdentity{pid, std::strtoull(field.c_str(), nullptr, 10)};
}

base::Result<LabProcess> LabProcess::start(int network, const LabCommand& command) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return base::failure(fmt::format("the lab cannot make a pipe: {}", std::strerror(errno)));
  }
  const FileDescriptor from_child(ends[0]);
  FileDescriptor to_parent(ends[1]);
  std::vector<char*> arguments;
  for (const std::string& argument : command.arguments) {
    arguments.push_back(const_cast<char*>(argument.c_str()));  // execve() does not write to it
  }
  arguments.push_back(nullptr);
  const char* output = command.output_path.empty() ? "/dev/null" : command.output_path.c_str();
  const char* hosts = command.hosts_path.empty() ? nullptr : command.hosts_path.c_str();
  const ChildPlan plan{network,   output,          hosts,     arguments.data(),
                       ::environ, to_parent.get(), ::getpid()};
  const pid_t pid = ::fork();
  if (pid < 0) {
    return base::failure(fmt::format("the lab cannot fork: {}", std::strerror(errno)));
  }
  if (pid == 0) become(plan);
  to_parent.reset();
  Failure failure;
  const ssize_t told = ::read(from_child.get(), &failure, sizeof failure);
  if (told == sizeof failure) {
    ::waitpid(pid, nullptr, 0);
    return base::failure(fmt::format("the lab cannot start {}: it could not {}: {}",
                                     command.arguments.front(), Steps[failure.step],
                                     std::strerror(failure.error)));
  }
  FileDescriptor descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const auto identity = identity_of(pid);
  return LabProcess(identity.value_or(ProcessIdentity{pid, 0}), std::move(descriptor));
}

LabProcess::~LabProcess() {
  if (descriptor_.is_open()) end();
}

void LabProcess::signal(int number) {
  if (poll().has_value()) return;
  ::kill(identity_.pid, number);
}

std::optional<ExitStatus> LabProcess::poll() {
  if (exit_.has_value()) return exit_;
  int status = 0;
  if (::waitpid(identity_.pid, &status, WNOHANG) != identity_.pid) return std::nullopt;
  exit_ = WIFSIGNALED(status) ? ExitStatus{true, WTERMSIG(status)}
                              : ExitStatus{false, WEXITSTATUS(status)};
  return exit_;
}

void LabProcess::end() {
  signal(SIGKILL);
  int status = 0;
  if (exit_.has_value() || ::waitpid(identity_.pid, &status, 0) != identity_.pid) return;
  exit_ = WIFSIGNALED(status) ? ExitStatus{true, WTERMSIG(status)}
                              : ExitStatus{false, WEXITSTATUS(status)};
}

bool LabProcess::is_stopped() const {
  const std::string stat = stat_of(identity_.pid);
  return !stat.empty() && stat[0] == 'T';
}

}  // namespace splitscope::lab
