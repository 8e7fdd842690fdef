// Watches connections to members: a lost one is opened again at once, a failed attempt is repeated
// after connection.monitor.interval, and an error that follows another by more than that interval
// is counted. The count beyond connection.monitor.max.faults makes the member suspected. So a
// killed process is noticed within about 0.3 s, without any heartbeat (rule 7 of the recordings).
// After Hazelcast's TcpServerConnectionErrorHandler and its reconnection task.
#pragma once

#include <vector>

#include "schemes/membership/membership_manager.hpp"

namespace splitscope::schemes {

// The faults of one endpoint. A value.
class FaultCount {
 public:
  // True if the fault is one too many: the endpoint is to be given up.
  bool on_fault(base::Instant now, base::Duration interval, std::uint32_t faults_max);

 private:
  std::uint32_t count_ = 0;
  std::optional<base::Instant> last_;
};

class ConnectionMonitor final {
 public:
  // How much later than planned a repeated attempt starts: it is queued behind other work. Recorded
  // members were removed 0.32 to 0.54 s after a kill, that is after three such waits.
  static constexpr base::Duration LatenessMin = std::chrono::milliseconds{6};
  static constexpr base::Duration LatenessMax = std::chrono::milliseconds{40};

  // All references outlive *this.
  ConnectionMonitor(env::Environment environment, const NodeConfig& config,
                    ConnectionManager& connections, MembershipManager& membership);
  ConnectionMonitor(const ConnectionMonitor&) = delete;
  ConnectionMonitor& operator=(const ConnectionMonitor&) = delete;

  void on_connected(base::Endpoint peer);
  // A connection was lost, not closed by us.
  void on_lost(base::Endpoint peer);
  // An attempt to connect failed.
  void on_failed(base::Endpoint peer);
  // Forgets all; for a merge and for shutdown.
  void reset();

 private:
  struct Watch {
    base::Endpoint endpoint;
    FaultCount faults;
    base::Instant retry_at = base::EndOfTime;
  };
  Watch& watch(base::Endpoint endpoint);
  void add_fault(base::Endpoint peer);
  void arm();
  void on_timer();

  env::Environment environment_;
  const NodeConfig& config_;
  ConnectionManager& connections_;
  MembershipManager& membership_;
  env::Timer timer_;
  std::vector<Watch> watches_;  // by endpoint; members only
};

}  // namespace splitscope::schemes
