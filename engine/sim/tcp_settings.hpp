// What an administrator or a program sets on a kernel's TCP: sysctls and socket options, as one
// value for all sockets of a process. The defaults are those of the recorded kernel, with the
// options that a JVM server sets (TCP_NODELAY, SO_REUSEADDR).
#pragma once

#include <cstdint>

#include "engine/base/time.hpp"

namespace splitscope::sim {

struct TcpSettings {
  std::uint32_t retries = 15;     // tcp_retries2: an established connection's (rule 5)
  std::uint32_t syn_retries = 6;  // TCP_SYNCNT (rule 9)
  base::Duration user_timeout{};  // TCP_USER_TIMEOUT; 0 = none (rule 6)
  bool keep_alive = false;        // SO_KEEPALIVE (rule 16), and its three times
  base::Duration keep_alive_idle = std::chrono::seconds{7200};
  base::Duration keep_alive_interval = std::chrono::seconds{75};
  std::uint32_t keep_alive_count = 9;
  base::Duration fin_timeout = std::chrono::seconds{60};  // FIN_WAIT2 of an orphan, TIME_WAIT
  bool no_delay = true;                                   // TCP_NODELAY: no Nagle (rule 29)
  bool reset_on_close = false;                            // SO_LINGER with 0 s (rule 15)
  bool reuse_address = true;                              // SO_REUSEADDR (rule 33)
  std::uint32_t send_buffer_bytes = 0;  // SO_SNDBUF; 0 = grows by itself (rule 22)
  friend bool operator==(const TcpSettings&, const TcpSettings&) = default;
};

}  // namespace splitscope::sim
