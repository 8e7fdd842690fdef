#include "engine/lab/lab.hpp"

#include <algorithm>
#include <fstream>

#include <signal.h>
#include <sys/wait.h>

#include "lab_support.hpp"

namespace splitscope::lab::test {
namespace {

using namespace std::chrono_literals;

const LabCommand Sleeper{{"/bin/sleep", "1000"}, ""};

LabCommand python(const std::string& program) {
  return {{"/usr/bin/python3", "-c", program}, ""};
}

// Whether any frame of a host carried FIN or RST.
class EndWatcher final : public FrameObserver {
 public:
  void on_frame(base::Instant, net::HostId from, FrameBytes frame, FrameFate) override {
    const ParsedFrame parsed = parse_frame(frame);
    if (from != net::HostId{1} || parsed.packet.protocol != net::Protocol::Tcp) return;
    if ((parsed.packet.flags & (net::FlagFin | net::FlagRst)) != 0) ++ends;
  }
  std::atomic<int> ends = 0;
};

// A process of host 1 with a connection to a listener on host 0.
FileDescriptor connect_process(Lab& lab, const FileDescriptor& listener) {
  REQUIRE(::listen(listener.get(), 4) == 0);
  const auto started = lab.start(net::HostId{1}, python(R"(
import socket, time
s = socket.create_connection(("10.77.0.11", 5701))
s.sendall(b"x")
time.sleep(1000))"));
  REQUIRE(started.has_value());
  FileDescriptor served(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  REQUIRE(served.is_open());
  char byte = 0;
  REQUIRE(::recv(served.get(), &byte, 1, 0) == 1);
  return served;
}

}  // namespace

TEST_CASE("lab: a killed process's kernel says FIN; a host that loses its power says nothing",
          "[engine][lab][kernel]") {
  if (!splitscope::testing::has_namespaces("lab: kill and power off")) return;
  const TemporaryFolders folders;
  const auto lab = open_lab(folders, 2);
  EndWatcher watcher;
  lab->network().set_observer(&watcher);
  const FileDescriptor listener = socket_on(*lab, 0, SOCK_STREAM, 5701);
  FileDescriptor served = connect_process(*lab, listener);
  lab->power_off(net::HostId{1});
  CHECK_FALSE(readable_within(served.get(), 300ms));
  CHECK(watcher.ends == 0);

  REQUIRE(lab->power_on(net::HostId{1}).has_value());
  served = connect_process(*lab, listener);
  lab->processes_on(net::HostId{1}).back()->signal(SIGKILL);
  CHECK(readable_within(served.get(), 3s));
  CHECK(comes_true([&] { return watcher.ends > 0; }));
  lab->network().set_observer(nullptr);
}

TEST_CASE("lab: a process is stopped, goes on, and its end is told", "[engine][lab][kernel]") {
  if (!splitscope::testing::has_namespaces("lab: stop and continue")) return;
  const TemporaryFolders folders;
  const auto lab = open_lab(folders, 1);
  const auto started = lab->start(net::HostId{0}, Sleeper);
  REQUIRE(started.has_value());
  LabProcess& process = **started;
  CHECK_FALSE(process.poll().has_value());
  process.signal(SIGSTOP);
  CHECK(comes_true([&] { return process.is_stopped(); }));
  process.signal(SIGCONT);
  CHECK(comes_true([&] { return !process.is_stopped(); }));
  process.signal(SIGTERM);
  CHECK(readable_within(process.descriptor(), 3s));
  CHECK(process.poll() == ExitStatus{true, SIGTERM});
}

TEST_CASE("lab: what cannot be started says why", "[engine][lab][kernel]") {
  if (!splitscope::testing::has_namespaces("lab: what cannot be started")) return;
  const TemporaryFolders folders;
  const auto lab = open_lab(folders, 1);
  const auto started = lab->start(net::HostId{0}, {{"/no/such/program"}, ""});
  REQUIRE_FALSE(started.has_value());
  CHECK(started.error().message.find("run its program: No such file") != std::string::npos);
}

TEST_CASE("lab: a process sees an empty /run and only its own network", "[engine][lab][kernel]") {
  if (!splitscope::testing::has_namespaces("lab: a process's surroundings")) return;
  const TemporaryFolders folders;
  const auto lab = open_lab(folders, 2);
  const std::string output = (lab->folder() / "seen.txt").string();
  const auto started = lab->start(net::HostId{1}, {{"/bin/sh", "-c",
                                                    "ls /run; cat /proc/net/route; "
                                                    "ls /sys/class/net >/dev/null; "
                                                    "cat /proc/net/dev | wc -l"},
                                                   output});
  REQUIRE(started.has_value());
  REQUIRE(readable_within((*started)->descriptor(), 3s));
  std::ifstream file(output);
  const std::string seen((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  CHECK(seen.starts_with("Iface"));
  CHECK(seen.find("eth0") != std::string::npos);
  CHECK(seen.ends_with("4\n"));  // two lines of heading, lo, eth0
}

TEST_CASE("lab: two labs with equal addresses run side by side", "[engine][lab][kernel]") {
  if (!splitscope::testing::has_namespaces("lab: two labs at once")) return;
  const TemporaryFolders folders;
  const auto first = open_lab(folders, 2);
  const auto second = open_lab(folders, 2);
  CHECK(first->folder() != second->folder());
  const auto runs = find_runs(folders.records());
  CHECK(runs.size() == 2);
  CHECK(std::ranges::all_of(runs, &FoundRun::is_running));
  const FileDescriptor listener = socket_on(*first, 1, SOCK_STREAM, 5701);
  REQUIRE(::listen(listener.get(), 4) == 0);
  CHECK(connects(socket_on(*first, 0, SOCK_STREAM), 1, 5701));
  CHECK_FALSE(connects(socket_on(*second, 0, SOCK_STREAM), 1, 5701));
  CHECK(clean_leftovers(folders.records()).runs == 0);
}

TEST_CASE("lab: when it goes, nothing of it is left", "[engine][lab][kernel]") {
  if (!splitscope::testing::has_namespaces("lab: nothing is left")) return;
  const TemporaryFolders folders;
  ProcessIdentity process;
  std::filesystem::path folder;
  {
    const auto lab = open_lab(folders, 1);
    const auto started = lab->start(net::HostId{0}, Sleeper);
    REQUIRE(started.has_value());
    process = (*started)->identity();
    folder = lab->folder();
    CHECK(find_runs(folders.records()).at(0).still_alive == std::vector{process});
  }
  CHECK_FALSE(identity_of(process.pid) == process);
  CHECK_FALSE(std::filesystem::exists(folder));
  CHECK(find_runs(folders.records()).empty());
}

TEST_CASE("lab: after kill -9 of the runner its processes die, and the next run removes the rest",
          "[engine][lab][kernel]") {
  if (!splitscope::testing::has_namespaces("lab: kill -9 of the runner")) return;
  const TemporaryFolders folders;
  const pid_t runner = ::fork();
  if (runner == 0) {
    auto lab = Lab::open(folders.options());
    if (!lab.has_value()) ::_exit(1);
    (*lab)->network().with_topology(
        [](net::Topology& topology) { topology.add_subnet({"lan", true, {}}); });
    const net::HostId host = (*lab)->add_host(0, base::ipv4(10, 77, 0, 11));
    if (!(*lab)->power_on(host).has_value()) ::_exit(1);
    for (int i = 0; i < 2; ++i) {
      const auto started = (*lab)->start(host, Sleeper);
      if (!started.has_value()) ::_exit(1);
      if (i == 0) (*started)->signal(SIGSTOP);
    }
    for (;;) ::pause();
  }
  REQUIRE(comes_true([&] {
    const auto runs = find_runs(folders.records());
    return runs.size() == 1 && runs[0].still_alive.size() == 2;
  }));
  CHECK(clean_leftovers(folders.records()).runs == 0);  // it runs: let be
  ::kill(runner, SIGKILL);
  ::waitpid(runner, nullptr, 0);
  CHECK(comes_true([&] {
    const auto runs = find_runs(folders.records());
    return runs.size() == 1 && !runs[0].is_running && runs[0].still_alive.empty();
  }));
  const std::filesystem::path folder = find_runs(folders.records())[0].record.folder;
  CHECK(std::filesystem::exists(folder));
  const auto next = open_lab(folders, 1);
  CHECK_FALSE(std::filesystem::exists(folder));
  CHECK(find_runs(folders.records()).size() == 1);
}

TEST_CASE("lab: a leftover process is ended, another with its number is not",
          "[engine][lab][kernel]") {
  const TemporaryFolders folders;
  std::filesystem::create_directories(folders.records());
  const pid_t leftover = ::fork();
  if (leftover == 0) {
    for (;;) ::pause();
  }
  const auto write = [&](const ProcessIdentity& process, const std::string& boot) {
    std::ofstream(folders.records() / "old.run")
        << to_text(RunRecordText{boot, {2, 999'999'999}, {process}, {}});
  };
  const ProcessIdentity identity = identity_of(leftover).value();
  write({identity.pid, identity.started + 1}, boot_id());
  CHECK(clean_leftovers(folders.records()).processes == 0);
  write(identity, "an earlier boot");
  CHECK(clean_leftovers(folders.records()).processes == 0);
  CHECK(find_runs(folders.records()).empty());
  write(identity, boot_id());
  CHECK(clean_leftovers(folders.records()).processes == 1);
  int status = 0;
  CHECK(::waitpid(leftover, &status, 0) == leftover);
  CHECK(WIFSIGNALED(status));
}

}  // namespace splitscope::lab::test
