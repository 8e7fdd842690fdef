// A process in the namespaces of a host: its own network, its own mounts with an empty /run. It
// dies with the thread that started it, whatever that one dies of, and is ended when this goes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "engine/base/result.hpp"
#include "engine/lab/file_descriptor.hpp"

namespace splitscope::lab {

struct LabCommand {
  std::vector<std::string> arguments;  // the first is the program's path
  std::string output_path;             // standard output and error; empty: thrown away
  std::string hosts_path;              // what it sees as /etc/hosts; empty: the machine's own
};

// Which process a number once meant: numbers are given out again, a start time with it is not.
struct ProcessIdentity {
  pid_t pid = 0;
  std::uint64_t started = 0;  // clock ticks since boot
  friend bool operator==(const ProcessIdentity&, const ProcessIdentity&) = default;
};
// None if there is no such process, or it is dead and only not yet waited for.
std::optional<ProcessIdentity> identity_of(pid_t pid);

struct ExitStatus {
  bool was_killed = false;
  int code = 0;  // of the exit, or the signal
  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

class LabProcess {
 public:
  // Returns once the program runs. Errors say which step the system refused.
  static base::Result<LabProcess> start(int network, const LabCommand& command);
  LabProcess(LabProcess&&) noexcept = default;
  LabProcess& operator=(LabProcess&&) noexcept = default;
  ~LabProcess();

  const ProcessIdentity& identity() const { return identity_; }
  // Readable once it has ended, for poll().
  int descriptor() const { return descriptor_.get(); }
  // SIGKILL, SIGSTOP, SIGCONT, SIGTERM. Nothing if it has ended.
  void signal(int number);
  // Kills it and waits for its end.
  void end();
  // None while it runs, stopped or not.
  std::optional<ExitStatus> poll();
  // Every thread of it stands still; SIGSTOP takes effect a moment after it is sent.
  bool is_stopped() const;

 private:
  LabProcess(ProcessIdentity identity, FileDescriptor descriptor)
      : identity_(identity), descriptor_(std::move(descriptor)) {}

  ProcessIdentity identity_;
  FileDescriptor descriptor_;  // closed with the object; a moved-from one owns no process
  std::optional<ExitStatus> exit_;
};

}  // namespace splitscope::lab
