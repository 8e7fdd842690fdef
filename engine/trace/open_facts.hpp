// Which facts of a run still hold: for each node its process, host, membership, view and master,
// and for the run its phase and the faults that are not healed. Every chunk of a trace file begins
// with them (its keyframe), so that a reader can start in the middle. The member lists themselves
// are not among them: the view has its version, size and hash.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "engine/base/trace_event.hpp"

namespace splitscope::trace {

// One fact of each can hold for a node at a time.
enum class FactSlot : std::uint8_t {
  Run,         // run_started
  Phase,       // phase_entered
  Host,        // host_powered_off, host_powered_on
  Process,     // process_started, process_exited, process_paused, process_resumed
  Membership,  // member_starting, member_joined, member_started, join_failed, shutdown_*
  View,        // view_changed
  Master,      // master_changed
};
inline constexpr std::size_t FactSlotCount = 7;

class OpenFacts {
 public:
  // More nodes or faults than these are not kept: a keyframe is an aid, not the record.
  static constexpr std::size_t NodeCountMax = 16'384;
  static constexpr std::size_t FaultCountMax = 4'096;
  static constexpr std::size_t CountMax = NodeCountMax * FactSlotCount + FaultCountMax;

  // The newest fact of each slot, with kind None where there is none. A process that starts or
  // exits forgets membership, view and master.
  using NodeFacts = std::array<base::TraceEvent, FactSlotCount>;

  // In the order of the run.
  void apply(const base::TraceEvent& fact);
  void clear();

  // Null where the node has none in that slot. Valid until the next apply() or clear().
  const base::TraceEvent* find(base::NodeId node, FactSlot slot) const;
  // The node's last incarnation; 0 if nothing is known of it.
  base::Incarnation incarnation(base::NodeId node) const;
  // fault_applied facts without their fault_healed, by fault index.
  const std::map<std::uint64_t, base::TraceEvent>& faults() const { return faults_; }

  // All of them, by node and slot, then faults by index. apply() of each in this order to empty
  // facts gives equal facts.
  std::vector<base::TraceEvent> list() const;

  friend bool operator==(const OpenFacts&, const OpenFacts&) = default;

 private:
  void apply_fault(const base::TraceEvent& fact);

  std::map<base::NodeId, NodeFacts> nodes_;
  std::map<std::uint64_t, base::TraceEvent> faults_;
};

}  // namespace splitscope::trace
