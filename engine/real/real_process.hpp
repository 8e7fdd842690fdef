// A program on real sockets: the seam's environment for it, and its life from start() to its exit.
// Hides how the parts of that environment hang together. Several may share one loop.
// Invariant: once the process is over its program is gone and its sockets are closed.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/env/environment.hpp"
#include "engine/env/program.hpp"
#include "engine/real/fact_log.hpp"
#include "engine/real/real_clock.hpp"

namespace splitscope::real {

struct ProcessOptions {
  base::NodeId node{0};
  base::Incarnation incarnation{1};
  std::uint64_t seed = 1;
  // The primary one first, at least one. Listeners and connections use these alone.
  std::vector<base::Ipv4> addresses;
};

// Told that the process is over, from the loop. May destroy it.
class ExitListener {
 public:
  virtual void on_process_over() = 0;

 protected:
  ~ExitListener() = default;
};

class RealProcess final : public env::ProgramHost {
 public:
  // `loop` outlives the process.
  RealProcess(Loop& loop, const ProcessOptions& options);
  // Ends it as kill() does; listeners hear nothing of that.
  ~RealProcess();
  RealProcess(const RealProcess&) = delete;
  RealProcess& operator=(const RealProcess&) = delete;

  // Valid as long as the process.
  env::Environment environment();
  FactLog& facts();
  // Moves the wall clock of this process, as an event.
  void step_wall_clock(base::Duration step);
  // Lets it gain so much on the machine's from now on, as an event. 0 ends that.
  void set_wall_drift(std::int64_t parts_per_billion);
  base::Duration wall_offset() const;
  // How long each event of the process takes from now on.
  void set_service_time(base::Duration service_time);
  // Called in an event that only observes: it takes no time.
  void excuse_event();
  // Where the program listens; NoEndpoint as long as it does not.
  base::Endpoint listening_at() const;

  void set_exit_listener(ExitListener& listener) { exit_listener_ = &listener; }
  // Its start() runs as an event. Once.
  void start(std::unique_ptr<env::Program> program);
  // SIGTERM: asks the program to shut down, as an event. Ignored once it is over.
  void shut_down();
  // What kill -9 does: the program goes without a word, the kernel closes its sockets. Not from
  // inside a handler of the program.
  void kill();

  bool is_over() const { return !is_running_; }
  // How it ended by itself; none while it runs and after kill().
  std::optional<Exit> exit() const { return exit_; }

  void exit_process(Exit reason) override;

 private:
  struct Parts;
  enum class Request : std::uint8_t { Start, ShutDown, End };
  void post(Request request);
  void on_request(Request request);
  void end(std::uint64_t reason);

  // Names the process to requests that are still under way in the loop; null once it is gone.
  struct Token {
    RealProcess* process;
  };

  std::unique_ptr<Parts> parts_;
  std::shared_ptr<Token> token_;
  ExitListener* exit_listener_ = nullptr;
  std::unique_ptr<env::Program> program_;
  bool is_running_ = false;
  std::optional<Exit> exit_;
};

}  // namespace splitscope::real
