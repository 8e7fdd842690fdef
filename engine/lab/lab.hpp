// Hosts as network namespaces on one switch, and the processes on them: what a scenario on real
// sockets happens in. Everything that is made here is gone when it goes, or when this process dies.
//
// All methods belong to the thread that opened it; that thread must outlive it, since its processes
// die with it.
#pragma once

#include <deque>
#include <memory>

#include "engine/lab/host_namespace.hpp"
#include "engine/lab/lab_switch.hpp"
#include "engine/lab/run_record.hpp"

namespace splitscope::lab {

struct LabOptions {
  std::uint64_t seed = 1;
  std::filesystem::path records;  // where runs are recorded, this user's alone
  std::filesystem::path runs;     // where the run's own folder is made
};

class Lab {
  struct Key {};  // only open() has one

 public:
  static constexpr std::size_t ProcessesMax = 4096;  // started in one run

  // First removes what earlier runs have left. Errors say what the system does not allow.
  static base::Result<std::unique_ptr<Lab>> open(const LabOptions& options);
  Lab(Key, RunRecord record) : record_(std::move(record)) {}
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  const RunClock& clock() const { return clock_; }
  LabSwitch& network() { return *switch_; }
  const LabSwitch& network() const { return *switch_; }
  // For sockets, logs and traces of this run; removed with it.
  const std::filesystem::path& folder() const { return record_.folder(); }

  // Off at first. Subnets are the topology's.
  net::HostId add_host(std::uint32_t subnet, base::Ipv4 address);
  bool is_on(net::HostId host) const { return hosts_[host.value].space.network.is_open(); }
  // With the address that the topology has for it now.
  base::Result<void> power_on(net::HostId host);
  // Silence first, then its processes are killed: nothing of their end is heard.
  void power_off(net::HostId host);

  // For setns(). Precondition: the host is on; good until it is off.
  int network_of(net::HostId host) const { return hosts_[host.value].space.network.get(); }
  // Started since it was last turned on, ended or not, in order.
  const std::vector<LabProcess*>& processes_on(net::HostId host) const {
    return hosts_[host.value].processes;
  }

  // Precondition: the host is on. The process is this lab's, until it goes.
  base::Result<LabProcess*> start(net::HostId host, const LabCommand& command);

 private:
  struct Host {
    HostNamespace space;
    std::vector<LabProcess*> processes;
  };
  RunClock clock_;
  RunRecord record_;
  std::unique_ptr<LabSwitch> switch_;
  std::vector<Host> hosts_;
  std::deque<LabProcess> processes_;
};

}  // namespace splitscope::lab
