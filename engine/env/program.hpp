// What runs as one process on a host: a member, or anything else a world can start.
#pragma once

namespace splitscope::env {

// Told by a program that it is done; the world then ends the process (its sockets close with FIN).
class ProgramHost {
 public:
  enum class Exit { Graceful, GaveUp };
  // Takes effect after the running handler returns.
  virtual void exit_process(Exit reason) = 0;

 protected:
  ~ProgramHost() = default;
};

// Constructed and destroyed by the world. kill -9 destroys it without a word to it.
class Program {
 public:
  virtual ~Program() = default;
  // The first call, from the event loop.
  virtual void start() = 0;
  // A graceful shutdown is asked for (SIGTERM, or HazelcastInstance.shutdown()). Ends in
  // exit_process(Graceful). Asking twice is fine.
  virtual void shut_down() = 0;
};

}  // namespace splitscope::env
