// The switch at work: a thread that moves frames between the hosts' cables, in real time. All
// methods may be called from any one thread while it runs; each takes the switch's lock for a
// moment. Hides epoll and the lock; what becomes of frames is SwitchCore's.
#pragma once

#include <memory>
#include <mutex>
#include <thread>

#include "engine/lab/file_descriptor.hpp"
#include "engine/lab/switch_core.hpp"

namespace splitscope::lab {

// Monotonic time since `origin_`, in the units of a run.
class RunClock {
 public:
  RunClock();
  base::Instant now() const;
  // CLOCK_MONOTONIC at the run's time 0.
  base::Duration origin() const { return base::Duration{origin_ns_}; }

 private:
  std::int64_t origin_ns_;
};

class LabSwitch final : public net::RuleHost {
  struct Key {};  // only start() has one

 public:
  // `clock` outlives *this. The thread begins at once.
  static base::Result<std::unique_ptr<LabSwitch>> start(const RunClock& clock, std::uint64_t seed);
  LabSwitch(Key, const RunClock& clock, std::uint64_t seed);
  ~LabSwitch();
  LabSwitch(const LabSwitch&) = delete;
  LabSwitch& operator=(const LabSwitch&) = delete;

  // The topology may be changed only through this, under the lock.
  template <typename Function>
  auto with_topology(Function function) {
    const std::lock_guard lock(mutex_);
    return function(core_.fabric().topology());
  }
  // The cable's descriptor stays the caller's, who pulls it out before closing it.
  base::Result<void> plug_in(net::HostId host, int cable);
  // Once it returns no frame of the host is read and none is written to it.
  void pull_out(net::HostId host);

  net::RuleId install(net::PacketRule rule) override;
  void remove(net::RuleId id) override;
  net::RuleEffect effect(net::RuleId id) const;
  SwitchCounters counters() const;
  // `observer` is called from the switch's thread, and outlives it or is reset.
  void set_observer(FrameObserver* observer);

 private:
  static constexpr std::size_t FrameMax = 65'536 + EthernetHeaderSize;
  class Cables;

  void run();
  void wait();
  void wake();
  void read_cable(net::HostId host);

  const RunClock& clock_;
  mutable std::mutex mutex_;
  SwitchCore core_;
  std::unique_ptr<Cables> cables_;
  FileDescriptor epoll_;
  FileDescriptor wake_up_;
  std::vector<net::HostId> readable_;  // of one round
  std::vector<std::byte> buffer_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace splitscope::lab
