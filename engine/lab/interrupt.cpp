#include "engine/lab/interrupt.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

namespace splitscope::lab {

Interrupt::Interrupt() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, number);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  signals_ = FileDescriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

bool Interrupt::has_come() const {
  pollfd asked{signals_.get(), POLLIN, 0};
  return asked_ || ::poll(&asked, 1, 0) == 1;
}

}  // namespace splitscope::lab
