// What every world keeps of a run under way: the observation, what is measured and checked, the
// triggers, monitors and acts that wait. A world hands in facts as they happen, and between events,
// while time stands still, lets the books settle.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/kit/monitors.hpp"
#include "scenarios/kit/run_record.hpp"
#include "scenarios/kit/schedule.hpp"

namespace splitscope::scenarios {

// What the books ask their world.
class BooksHost {
 public:
  virtual base::Instant now() const = 0;
  // What is known of the member now; the rest of `state` is left as it is.
  virtual void fill(base::NodeId node, MemberState& state) const = 0;
  // Messages of that type sent so far, all members.
  virtual std::uint64_t messages_sent(const std::string& type) const = 0;

 protected:
  ~BooksHost() = default;
};

// Which invariants are checked. Those over several members need to see them at one instant, which
// only the simulator does; those over the views of one member hold wherever these come in order.
enum class Checks : std::uint8_t { None, Views, All };

class RunBooks final : private Counters {
 public:
  // `host` outlives the books.
  RunBooks(BooksHost& host, Checks checks);
  ~RunBooks();
  RunBooks(const RunBooks&) = delete;
  RunBooks& operator=(const RunBooks&) = delete;

  // --- what happens ---
  // True if the fact matters: time should stop until settle().
  bool take_fact(const base::TraceEvent& fact);
  // A message was sent; true if a trigger waited for it.
  bool take_message(std::uint16_t type, base::NodeId from);
  // Something waits for settle() since it was last called.
  bool has_news() const { return !facts_.empty() || !due_triggers_.empty(); }
  // The member changed without a fact, or its world was changed.
  void observe(base::NodeId node);
  void note_change() { changed_ = true; }
  // Looks at all that waits; again until nothing new comes of it.
  void settle();
  // The next moment at which settle() has something to do even if nothing happens.
  base::Instant next_moment() const;

  // --- what scripts ask for ---
  // What members report is kept from now on.
  void keep_history();
  // None while it is not kept.
  const History* history() const { return history_.get(); }
  void add_trigger(const TriggerSpec& spec, std::function<void()> action);
  std::uint32_t add_monitor(const MonitorSpec& spec);
  void name_expectation(std::uint32_t index, std::string words, std::uint32_t line) {
    monitors_.name(index, std::move(words), line);
  }
  void expect(bool met, std::string words, std::uint32_t line, std::string seen);
  void declare_inconclusive(std::string why) { inconclusive_.push_back(std::move(why)); }
  void note(std::string text) { notes_.push_back(std::move(text)); }

  // --- what is known ---
  Observation& observation() { return observation_; }
  const Observation& observation() const { return observation_; }
  // Null for nobody. It must outlive the run.
  void set_availability_listener(AvailabilityListener* listener) { availability_ = listener; }
  MetricsRecorder& metrics() { return metrics_; }
  const MetricsRecorder& metrics() const { return metrics_; }
  const Monitors& monitors() const { return monitors_; }
  ClientLedger& clients() { return clients_; }
  const ClientLedger& clients() const { return clients_; }
  Schedule& agenda() { return agenda_; }
  const Counters& counters() const { return *this; }
  const std::vector<std::string>& notes() const { return notes_; }
  bool holds(const Condition& condition) const { return condition.holds(observation_, *this); }
  // An invariant broke: the run must end.
  bool is_broken() const { return !invariants_.violations().empty(); }
  // A member's place in the observation, before anything is known of it.
  void add_member(MemberState state) { observation_.add(std::move(state)); }
  std::optional<base::NodeId> member(std::string_view name) const;

  // The run is over: what became of it, but for faults, messages and verdict.
  void close(RunRecord& record);
  // The verdict on a record that is otherwise complete.
  void judge(RunRecord& record) const { scenarios::judge(record, inconclusive_, observation_); }

 private:
  struct Trigger {
    TriggerSpec spec;
    std::function<void()> action;
    std::uint32_t seen = 0;
    std::uint16_t message_type = 0;
    bool fired = false;
    bool was_true = false;
  };

  std::uint64_t messages_sent(const std::string& type) const override {
    return host_.messages_sent(type);
  }
  std::uint64_t agreement_availability_ppm() const override { return metrics_.agreement_ppm(); }
  std::uint64_t client_availability_ppm() const override {
    return clients_.metrics().availability_ppm();
  }

  void absorb_facts();
  void absorb_fact(const base::TraceEvent& fact);
  void remember(const base::TraceEvent& fact);
  base::NodeId member_at(base::Endpoint endpoint) const;
  void after_change();
  void run_triggers(const base::TraceEvent* fact);
  void fire(Trigger& trigger);

  BooksHost& host_;
  Checks checks_;
  Observation observation_;
  MetricsRecorder metrics_;
  AvailabilityListener* availability_ = nullptr;
  ClientLedger clients_;
  Invariants invariants_;
  Monitors monitors_;
  Schedule agenda_;
  std::vector<std::unique_ptr<Trigger>> triggers_;
  std::unique_ptr<History> history_;       // if it is kept
  std::vector<base::TraceEvent> facts_;    // since the last settle
  std::vector<std::size_t> due_triggers_;  // message triggers that matched
  std::vector<std::string> notes_;
  std::vector<std::string> inconclusive_;
  bool changed_ = false;
};

}  // namespace splitscope::scenarios
