#include "engine/lab/interrupt.hpp"

#include <catch2/catch.hpp>
#include <signal.h>
#include <sys/wait.h>

namespace splitscope::lab {

TEST_CASE("interrupt: Ctrl-C is kept, and ends nobody", "[engine][lab]") {
  const pid_t child = ::fork();
  if (child == 0) {
    const Interrupt interrupt;
    if (interrupt.has_come()) ::_exit(2);
    ::raise(SIGINT);
    ::_exit(interrupt.has_come() ? 0 : 3);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("interrupt: one that is asked for has come", "[engine][lab]") {
  const pid_t child = ::fork();
  if (child == 0) {
    Interrupt interrupt;
    if (interrupt.has_come()) ::_exit(2);
    interrupt.ask();
    ::_exit(interrupt.has_come() ? 0 : 3);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace splitscope::lab
