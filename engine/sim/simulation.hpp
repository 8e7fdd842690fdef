// One deterministic run: the clock, the queue, the named random streams, the digest and the facts.
// It knows nothing of hosts, packets or members. Start reading at run().
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/assert.hpp"
#include "engine/base/message.hpp"
#include "engine/base/prng.hpp"
#include "engine/sim/event_queue.hpp"
#include "engine/sim/timer_table.hpp"
#include "engine/trace/digest.hpp"

namespace splitscope::sim {

// Told each fact, in order. Must outlive the simulation's last event.
class FactListener {
 public:
  virtual void on_fact(const base::TraceEvent& fact) = 0;

 protected:
  ~FactListener() = default;
};

// Not copyable, not thread-safe; as many run side by side as there are threads.
class Simulation {
 public:
  // Sequence numbers are 32 bits, which bounds a run to so many scheduled events, and facts.
  static constexpr std::uint32_t EventsMax = 0xffff'ffff;
  static constexpr std::uint32_t FactsMax = 0xffff'ffff;

  explicit Simulation(std::uint64_t seed) : seed_(seed) {}
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  std::uint64_t seed() const { return seed_; }
  base::Instant now() const { return now_; }
  // Events handled so far, from 0: the "event number" of interventions.
  std::uint64_t event_number() const { return event_number_; }

  // The handler of one class of events; it must outlive the last event.
  void set_handler(EventClass event_class, EventHandler& handler) {
    handlers_[static_cast<std::size_t>(event_class)] = &handler;
  }

  // Adds an event; `at` in the past means now. There is no cancelling: handlers recognise stale
  // events by a generation in `a` or `b`.
  void schedule(base::Instant at, EventClass event_class, std::uint32_t index, std::uint32_t a,
                std::uint32_t b) {
    SPLITSCOPE_ASSERT(index <= Event::IndexMax);
    SPLITSCOPE_ASSERT(next_sequence_ < EventsMax);
    const base::Instant time = at < now_ ? now_ : at;
    queue_.push(Event{base::nanoseconds(time), next_sequence_++,
                      (static_cast<std::uint32_t>(event_class) << Event::IndexBits) | index, a, b});
  }

  // What events are for no longer fits the cache, however few are pending: handlers are asked to
  // prefetch from now on.
  void expect_large_state() { state_is_large_ = true; }

  // Handles all events up to and including `limit`, then sets the clock to it; returns true. If
  // stop() was called meanwhile it returns false right after that event, the clock at its time.
  bool run(base::Instant limit);
  // Handles exactly the next event if it is due by `limit`. False if there is none.
  bool step(base::Instant limit);
  // Called by a handler or listener: run() returns after the event that is being handled.
  void stop() { stopped_ = true; }

  // The seed of the stream of one consumer, for example stream("node", 3).
  base::Prng stream(std::string_view name, std::uint64_t index = 0) const {
    return base::Prng(base::derive_seed(seed_, name, index));
  }

  // Records a fact: stamps time, sequence and cause, folds it into the digest, tells the listeners.
  // The fact becomes the cause of what the running handler does next. Returns its sequence.
  std::uint32_t emit(base::EventKind kind, base::NodeId node, base::Incarnation incarnation,
                     std::array<std::uint64_t, 4> arguments);
  // Listeners are told in the order they were added. Not from within a listener.
  void add_listener(FactListener& listener) { listeners_.push_back(&listener); }

  // Sequence of the fact that what happens now follows from; 0 = none. Packets, messages and timers
  // carry it, so that causes cross the network.
  std::uint32_t cause() const { return cause_; }
  void set_cause(std::uint32_t sequence) { cause_ = sequence; }

  trace::Digest& digest() { return digest_; }
  const trace::Digest& digest() const { return digest_; }
  base::MessagePool& messages() { return messages_; }
  TimerTable& timers() { return timers_; }

 private:
  inline void handle(const Event& event);
  EventHandler& handler_of(const Event& event) const {
    EventHandler* handler = handlers_[static_cast<std::size_t>(event.event_class())];
    SPLITSCOPE_ASSERT(handler != nullptr);
    return *handler;
  }

  std::uint64_t seed_;
  base::Instant now_{};
  std::uint64_t event_number_ = 0;
  std::uint32_t next_sequence_ = 0;
  bool stopped_ = false;
  bool state_is_large_ = false;
  std::uint32_t cause_ = 0;
  std::uint32_t fact_count_ = 0;
  base::MessagePool messages_;  // first of what holds state: messages must be gone before it
  TimerTable timers_;
  EventQueue queue_;
  trace::Digest digest_;
  std::array<EventHandler*, static_cast<std::size_t>(EventClass::Count)> handlers_{};
  std::vector<FactListener*> listeners_;
};

}  // namespace splitscope::sim
