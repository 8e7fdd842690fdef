// A process on a simulated host: the seam's clock, timers, random stream and event sink of one
// node, and the gate through which everything reaches its program. A stopped (SIGSTOP) or slow
// process gets what waits for it later; a killed one gets nothing more.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "engine/env/environment.hpp"
#include "engine/env/program.hpp"
#include "engine/sim/simulation.hpp"

namespace splitscope::sim {

class Process;

// What wall clocks show when a run starts: 2026-01-01 00:00:00 UTC. Any fixed moment would do.
inline constexpr base::WallTime WallAtStart{base::Duration{1'767'225'600'000'000'000}};

// The host's kernel as one process uses it. Implemented by Host; one object for each process.
class ProcessKernel {
 public:
  virtual env::Transport& transport() = 0;
  virtual env::Resolver& resolver() = 0;
  virtual env::HttpClient& http() = 0;
  // The process runs and `socket` had been announced with Process::notify: read it, accept on it,
  // tell its handlers. Handlers may end the process: check Process::is_running() between calls.
  virtual void serve(std::uint32_t socket) = 0;
  // The process is gone. Its sockets close: FIN, or RST where data was left unread. `abrupt` is
  // kill -9; the kernel lives on either way. Nothing refers to the process's handlers afterwards.
  virtual void on_process_exit(bool abrupt) = 0;

 protected:
  ~ProcessKernel() = default;
};

// Builds the program of one life of a process.
using ProgramFactory =
    std::function<std::unique_ptr<env::Program>(env::Environment, env::ProgramHost&)>;

enum class ExitReason : std::uint8_t { Graceful = 0, Killed = 1, HostOff = 2, GaveUp = 3 };

class Process final : public env::Clock,
                      public env::Timers,
                      public env::Random,
                      public env::EventSink,
                      public env::ProgramHost {
 public:
  enum class State : std::uint8_t { Absent, Running, Stopped };
  static constexpr std::size_t HotBytes = 128;  // what every event looks at lies in these

  // `simulation` must outlive the process. Destroy it before the kernel.
  Process(Simulation& simulation, base::NodeId node);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // --- what the world does to it ---

  // Starts a new incarnation; its Program::start runs as an event at this instant. `kernel` must
  // outlive the process. Precondition: Absent.
  void start(ProcessKernel& kernel, const ProgramFactory& factory);
  // SIGTERM: asks the program to shut down, through the gate. Ignored when absent.
  void shut_down();
  // Ends it at once; `reason` Killed is kill -9, HostOff a power failure (its kernel is gone too
  // and is not told). Ignored when absent.
  void end(ExitReason reason);
  // SIGSTOP or a long pause of the runtime. Ignored unless running.
  void pause();
  // SIGCONT: overdue timers and announced sockets are all ready at this instant; a named stream
  // draws their order. Ignored unless stopped.
  void resume();
  // Every handler call keeps the process busy for this long; what comes meanwhile waits. 0 = ideal.
  void set_service_time(base::Duration service_time);
  // Moves the wall clock; monotonic time goes on.
  void step_wall_clock(base::Duration step);
  // All later draws come from this stream.
  void reseed(base::Prng random) { random_ = random; }
  // The wall clock gains `parts_per_billion` ns a second from now on (negative: loses).
  void set_wall_drift(std::int64_t parts_per_billion);

  base::NodeId node() const { return node_; }
  base::Incarnation incarnation() const { return incarnation_; }
  State state() const { return state_; }
  bool is_running() const { return state_ == State::Running && !exit_requested_; }
  bool is_absent() const { return state_ == State::Absent; }
  // The running program, or nullptr when absent; for inspection by checkers.
  env::Program* program() { return program_.get(); }
  Simulation& simulation() { return simulation_; }

  // --- what the kernel and the loop do ---

  // Something waits at `socket`. Calls ProcessKernel::serve now if the process is free, else later,
  // once however often it was announced.
  void notify(std::uint32_t socket);
  // Calls a handler of the program now; false, and nothing done, if the process is not free.
  template <typename Handler>
  bool run_now(const Handler& handler) {
    if (!is_free()) return false;
    in_handler_ = true;
    handler();
    after_handler();
    return true;
  }
  // For EventClass::ProcessTimer and ProcessWork; see ProcessTable.
  void on_timer_event(const Event& event);
  void on_work_event(const Event& event);

  // --- the seam ---
  base::Instant now() const override { return simulation_.now(); }
  base::WallTime wall_now() const override;
  env::TimerSlot acquire(base::Callback callback) override;
  void release(env::TimerSlot slot) override;
  void arm(env::TimerSlot slot, base::Instant at) override;
  void disarm(env::TimerSlot slot) override;
  std::uint64_t next() override { return random_.next(); }
  void emit(base::EventKind kind, std::array<std::uint64_t, 4> arguments) override;
  void exit_process(Exit reason) override;

 private:
  enum class WorkKind : std::uint8_t { ShutDown, Timer, Socket };
  struct Work {
    WorkKind kind;
    std::uint32_t id;          // timer slot or socket
    std::uint32_t generation;  // of the timer
    std::uint32_t cause;
  };
  // What only a process has that was disturbed.
  struct Disturbed {
    explicit Disturbed(base::Prng order) : resume_order(order) {}
    std::vector<Work> backlog;
    base::Instant busy_until{};
    base::Duration service_time{};
    base::Prng resume_order;
    base::Duration wall_offset{};
    std::int64_t wall_drift_ppb = 0;
    base::Instant drift_since{};
  };

  Disturbed& disturbed();
  bool has_backlog() const { return disturbed_ != nullptr && !disturbed_->backlog.empty(); }
  base::Instant busy_until() const {
    return disturbed_ == nullptr ? base::Instant{} : disturbed_->busy_until;
  }
  // Whether a handler may be called now.
  bool is_free() const {
    if (state_ != State::Running || exit_requested_ || in_handler_ || starting_) return false;
    return disturbed_ == nullptr || (!has_backlog() && now() >= busy_until());
  }
  void take_or_defer(const Work& work);
  void perform(const Work& work);
  void after_handler() {
    in_handler_ = false;
    if (exit_requested_ || disturbed_ != nullptr) after_unusual_handler();
  }
  void after_unusual_handler();
  void begin_program();
  void schedule_work(base::Instant at);
  void shuffle_backlog();

  // First what every event looks at.
  Simulation& simulation_;
  State state_ = State::Absent;
  bool starting_ = false;  // Program::start is still to come
  bool exit_requested_ = false;
  bool in_handler_ = false;
  bool work_scheduled_ = false;
  ExitReason exit_reason_ = ExitReason::Graceful;
  std::unique_ptr<Disturbed> disturbed_;
  const base::NodeId node_;
  base::Incarnation incarnation_;
  base::Prng random_;
  ProcessKernel* kernel_ = nullptr;
  std::unique_ptr<env::Program> program_;
};

// Hands timer and work events to the process they name. The simulation's handler for both classes.
class ProcessTable final : public EventHandler {
 public:
  explicit ProcessTable(Simulation& simulation);
  ProcessTable(const ProcessTable&) = delete;
  ProcessTable& operator=(const ProcessTable&) = delete;

  // A new absent process; ids are dense from 0. The reference stays valid.
  Process& add();
  Process& at(base::NodeId node) { return processes_[node.value]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(processes_.size()); }
  void on_event(const Event& event) override;
  void prefetch(const Event& event, int ahead) const override;

 private:
  Simulation& simulation_;
  std::deque<Process> processes_;
};

}  // namespace splitscope::sim
