#include "engine/sim/process.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/assert.hpp"
#include "engine/base/wide.hpp"

namespace splitscope::sim {
Process::Process(Simulation& simulation, base::NodeId node)
    : simulation_(simulation), node_(node), random_(simulation.stream("node", node.value)) {}

Process::~Process() {
  program_.reset();
}

Process::Disturbed& Process::disturbed() {
  if (disturbed_ == nullptr) {
    disturbed_ = std::make_unique<Disturbed>(simulation_.stream("resume", node_.value));
  }
  return *disturbed_;
}

void Process::start(ProcessKernel& kernel, const ProgramFactory& factory) {
  SPLITSCOPE_ASSERT(state_ == State::Absent);
  SPLITSCOPE_ASSERT(program_ == nullptr);
  ++incarnation_.value;
  state_ = State::Running;
  kernel_ = &kernel;
  exit_requested_ = false;
  if (disturbed_ != nullptr) disturbed_->busy_until = now();
  const base::Ipv4 address = kernel.transport().local_addresses().front();
  simulation_.emit(base::EventKind::ProcessStarted, node_, incarnation_,
                   {base::pack({address, 0})});
  program_ = factory(env::Environment{*this, *this, kernel.transport(), *this, kernel.resolver(),
                                      kernel.http(), *this},
                     *this);
  starting_ = true;
  schedule_work(now());
}

void Process::shut_down() {
  if (state_ == State::Absent) return;
  // Even to a free process it comes as an event: the caller may be in the middle of something.
  disturbed().backlog.push_back({WorkKind::ShutDown, 0, 0, simulation_.cause()});
  if (state_ == State::Running) schedule_work(now());
}

void Process::end(ExitReason reason) {
  if (state_ == State::Absent) return;
  SPLITSCOPE_ASSERT(!in_handler_);
  simulation_.emit(base::EventKind::ProcessExited, node_, incarnation_,
                   {static_cast<std::uint64_t>(reason)});
  state_ = State::Absent;
  program_.reset();
  if (disturbed_ != nullptr) disturbed_->backlog.clear();
  starting_ = false;
  work_scheduled_ = false;
  exit_requested_ = false;
  ProcessKernel* kernel = std::exchange(kernel_, nullptr);
  if (reason != ExitReason::HostOff) kernel->on_process_exit(reason == ExitReason::Killed);
}

void Process::pause() {
  if (state_ != State::Running) return;
  state_ = State::Stopped;
  simulation_.emit(base::EventKind::ProcessPaused, node_, incarnation_, {});
}

void Process::resume() {
  if (state_ != State::Stopped) return;
  state_ = State::Running;
  simulation_.emit(base::EventKind::ProcessResumed, node_, incarnation_, {});
  shuffle_backlog();
  if (starting_ || has_backlog()) schedule_work(now());
}

// The kernel makes no promise about the order in which a thawed process finds its overdue timers
// and readable sockets, so it is drawn. A shutdown request keeps its place at the front.
void Process::shuffle_backlog() {
  if (!has_backlog()) return;
  std::vector<Work>& backlog = disturbed_->backlog;
  std::size_t first = 0;
  while (first < backlog.size() && backlog[first].kind == WorkKind::ShutDown) ++first;
  for (std::size_t left = backlog.size() - first; left > 1; --left) {
    const std::size_t pick = static_cast<std::size_t>(disturbed_->resume_order.below(left));
    std::swap(backlog[first + left - 1], backlog[first + pick]);
  }
}

void Process::set_service_time(base::Duration service_time) {
  disturbed().service_time = service_time;
}

void Process::step_wall_clock(base::Duration step) {
  disturbed().wall_offset += step;
  simulation_.emit(base::EventKind::ClockStepped, node_, incarnation_,
                   {static_cast<std::uint64_t>(step.count())});
}

void Process::set_wall_drift(std::int64_t parts_per_billion) {
  Disturbed& clock = disturbed();
  clock.wall_offset = wall_now() - WallAtStart - now().time_since_epoch();
  clock.drift_since = now();
  clock.wall_drift_ppb = parts_per_billion;
  simulation_.emit(base::EventKind::ClockDrifts, node_, incarnation_,
                   {static_cast<std::uint64_t>(parts_per_billion)});
}

base::WallTime Process::wall_now() const {
  const base::WallTime undisturbed = WallAtStart + now().time_since_epoch();
  if (disturbed_ == nullptr) return undisturbed;
  const base::Duration drifting = now() - disturbed_->drift_since;
  const auto gained = static_cast<std::int64_t>(static_cast<base::Int128>(drifting.count()) *
                                                disturbed_->wall_drift_ppb / 1'000'000'000);
  return undisturbed + disturbed_->wall_offset + base::Duration{gained};
}

void Process::notify(std::uint32_t socket) {
  if (state_ == State::Absent || exit_requested_) return;
  take_or_defer({WorkKind::Socket, socket, 0, simulation_.cause()});
}

void Process::on_timer_event(const Event& event) {
  TimerTable& timers = simulation_.timers();
  if (!timers.is_due(event.a, event.b) || state_ == State::Absent || exit_requested_) return;
  if (is_free()) {
    simulation_.set_cause(timers.cause(event.a));
    run_now(timers.fire(event.a));
  } else {
    take_or_defer({WorkKind::Timer, event.a, event.b, timers.cause(event.a)});
  }
}

void Process::take_or_defer(const Work& work) {
  if (is_free()) {
    perform(work);
    return;
  }
  std::vector<Work>& backlog = disturbed().backlog;
  if (work.kind == WorkKind::Socket) {
    const auto same = [&work](const Work& other) {
      return other.kind == WorkKind::Socket && other.id == work.id;
    };
    if (std::any_of(backlog.begin(), backlog.end(), same)) return;
  }
  backlog.push_back(work);
  if (state_ == State::Running) schedule_work(busy_until());
}

void Process::schedule_work(base::Instant at) {
  if (work_scheduled_) return;
  work_scheduled_ = true;
  simulation_.schedule(at, EventClass::ProcessWork, node_.value, incarnation_.value, 0);
}

void Process::on_work_event(const Event& event) {
  if (event.a != incarnation_.value || state_ == State::Absent) return;
  work_scheduled_ = false;
  if (state_ == State::Stopped) return;
  if (exit_requested_) {
    end(exit_reason_);
    return;
  }
  if (starting_) {
    begin_program();
  } else if (has_backlog()) {
    if (now() < busy_until()) {
      schedule_work(busy_until());
      return;
    }
    const Work work = disturbed_->backlog.front();
    disturbed_->backlog.erase(disturbed_->backlog.begin());
    perform(work);
  }
  if (state_ == State::Running && has_backlog()) schedule_work(busy_until());
}

void Process::begin_program() {
  starting_ = false;
  in_handler_ = true;
  program_->start();
  after_handler();
}

void Process::perform(const Work& work) {
  simulation_.set_cause(work.cause);
  in_handler_ = true;
  switch (work.kind) {
    case WorkKind::ShutDown:
      program_->shut_down();
      break;
    case WorkKind::Socket:
      kernel_->serve(work.id);
      break;
    case WorkKind::Timer:
      if (simulation_.timers().is_due(work.id, work.generation)) {
        simulation_.timers().fire(work.id)();
      }
      break;
  }
  after_handler();
}

void Process::after_unusual_handler() {
  if (disturbed_ != nullptr && disturbed_->service_time > base::Duration::zero()) {
    disturbed_->busy_until = now() + disturbed_->service_time;
  }
  if (exit_requested_) end(exit_reason_);
}

env::TimerSlot Process::acquire(base::Callback callback) {
  return {simulation_.timers().acquire(callback)};
}

void Process::release(env::TimerSlot slot) {
  simulation_.timers().release(slot.value);
}

void Process::arm(env::TimerSlot slot, base::Instant at) {
  const std::uint32_t generation = simulation_.timers().arm(slot.value, simulation_.cause());
  simulation_.schedule(at, EventClass::ProcessTimer, node_.value, slot.value, generation);
}

void Process::disarm(env::TimerSlot slot) {
  simulation_.timers().disarm(slot.value);
}

void Process::emit(base::EventKind kind, std::array<std::uint64_t, 4> arguments) {
  simulation_.emit(kind, node_, incarnation_, arguments);
}

void Process::exit_process(Exit reason) {
  exit_requested_ = true;
  exit_reason_ = reason == Exit::Graceful ? ExitReason::Graceful : ExitReason::GaveUp;
  // Asked from outside a handler (a program's constructor): the next piece of work ends it.
  if (!in_handler_) schedule_work(now());
}

ProcessTable::ProcessTable(Simulation& simulation) : simulation_(simulation) {
  simulation.set_handler(EventClass::ProcessTimer, *this);
  simulation.set_handler(EventClass::ProcessWork, *this);
}

Process& ProcessTable::add() {
  return processes_.emplace_back(simulation_, base::NodeId{size()});
}

void ProcessTable::on_event(const Event& event) {
  Process& process = processes_[event.index()];
  if (event.event_class() == EventClass::ProcessTimer) {
    process.on_timer_event(event);
  } else {
    process.on_work_event(event);
  }
}

void ProcessTable::prefetch(const Event& event, int ahead) const {
  if (event.event_class() != EventClass::ProcessTimer) return;
  const TimerTable& timers = simulation_.timers();
  if (ahead == 3) {
    __builtin_prefetch(timers.memory(event.a));
    prefetch_memory<Process::HotBytes>(&processes_[event.index()]);
  } else if (ahead == 2) {
    prefetch_memory<ProgramBytes>(timers.object(event.a));
  }
}

}  // namespace splitscope::sim
