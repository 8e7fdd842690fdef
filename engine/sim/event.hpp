// One pending event: 24 bytes, plain data, stored inline in the queue.
#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/time.hpp"

namespace splitscope::sim {

// Whose handler an event is for. Each class has one EventHandler, see Simulation::set_handler.
enum class EventClass : std::uint8_t {
  ProcessTimer = 0,  // index = node, a = timer slot, b = generation
  ProcessWork = 1,   // index = node, a = incarnation: a deferred backlog is due
  Packet = 2,        // the network's: a packet arrives
  KernelTimer = 3,   // a host's kernel: retransmission, delayed acknowledgement, probes
  World = 4,         // scheduled by scenarios/kit: faults, triggers, deadlines
  Datagram = 5,      // index = receiving host, a = what is on its way, b = destination port
  Count = 8,
};

struct Event {
  std::int64_t time = 0;       // ns since the start of the run
  std::uint32_t sequence = 0;  // order of scheduling; breaks ties of time
  std::uint32_t target = 0;    // EventClass in the top 4 bits, index in the rest
  std::uint32_t a = 0;
  std::uint32_t b = 0;

  static constexpr std::uint32_t IndexBits = 28;
  static constexpr std::uint32_t IndexMax = (1u << IndexBits) - 1;

  EventClass event_class() const { return static_cast<EventClass>(target >> IndexBits); }
  std::uint32_t index() const { return target & IndexMax; }
  base::Instant instant() const { return base::Instant{base::Duration{time}}; }

  // The total order of a run: time, then order of scheduling.
  friend bool operator<(const Event& left, const Event& right) {
    return left.time != right.time ? left.time < right.time : left.sequence < right.sequence;
  }
};
static_assert(sizeof(Event) == 24);

// Asks for the cache lines of an object's first `Bytes`. Always inlined, as is whatever only
// prefetches: g++ takes a call that changes nothing for no call at all.
template <std::size_t Bytes>
[[gnu::always_inline]] inline void prefetch_memory(const void* memory) {
  for (std::size_t line = 0; line < Bytes; line += 64) {
    __builtin_prefetch(static_cast<const char*>(memory) + line);
  }
}

// Of a program's object, what a handler of it may look at; for prefetching.
inline constexpr std::size_t ProgramBytes = 384;

class EventHandler {
 public:
  virtual void on_event(const Event& event) = 0;
  // The event comes soon: what it needs may be fetched into the cache. Asked with `ahead` 3 (fetch
  // what the event names), then 2 and 1 (what the earlier fetches lead to). Changes nothing.
  virtual void prefetch(const Event& /*event*/, int /*ahead*/) const {}

 protected:
  ~EventHandler() = default;
};

}  // namespace splitscope::sim
