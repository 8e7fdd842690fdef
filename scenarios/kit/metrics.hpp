// What is measured of a run, as design section 6 defines it: availability, split brain, and times.
// All sums are integers of nanoseconds, so that they are the same on every machine.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/kit/client_ledger.hpp"
#include "scenarios/kit/observation.hpp"

namespace splitscope::scenarios {

// A time that may not have come: `pending` = it was waited for and had not happened at the end.
struct MeasuredTime {
  std::optional<base::Duration> value;
  bool pending = false;
  bool is_never() const { return pending && !value.has_value(); }
  friend bool operator==(const MeasuredTime&, const MeasuredTime&) = default;
};

// How many members are in which condition, from one moment to the next.
struct Availability {
  std::uint32_t live = 0;
  std::uint32_t agreed = 0;  // of the live ones
  // Follow another master than the largest group, while the network keeps them apart or not.
  std::uint32_t split_forced = 0;
  std::uint32_t split_needless = 0;
  friend bool operator==(const Availability&, const Availability&) = default;
};

// Hears of every change, as it comes.
class AvailabilityListener {
 public:
  virtual void on_availability(base::Instant at, const Availability& availability) = 0;

 protected:
  ~AvailabilityListener() = default;
};

struct RunMetrics {
  // From the first fault; from formation where there is none; else from the start.
  base::Instant window_start{};
  base::Instant window_end{};

  // Sums over live members and the window.
  std::uint64_t member_ns = 0;
  std::uint64_t agreed_ns = 0;
  // Members that follow another master than the largest group, times time.
  std::uint64_t split_forced_ns = 0;    // while the network keeps them apart
  std::uint64_t split_needless_ns = 0;  // while it does not

  MeasuredTime form;          // start to the first agreement of all
  MeasuredTime detect_first;  // a member lost to the first survivor that dropped it
  MeasuredTime detect_last;   // ... and to the last
  MeasuredTime elect;         // a master lost to all survivors of its component naming a live one
  MeasuredTime merge;         // the last heal, start or resume to agreement that lasts
  std::uint64_t false_removals = 0;
  std::uint32_t masters_max = 0;         // at one moment, within one component
  std::optional<ClientMetrics> clients;  // where clients probed
  friend bool operator==(const RunMetrics&, const RunMetrics&) = default;
};

// Fed by a world: advance() before anything it observes changes, refresh() after.
class MetricsRecorder {
 public:
  // Members and blocked pairs come from the observation; the cluster to measure is number 0 unless
  // several run, which are summed.
  explicit MetricsRecorder(const Observation& observation) : observation_(observation) {}

  void advance(base::Instant now);
  void refresh(base::Instant now);
  // The window begins now, at the first fault. Later calls change nothing.
  void begin_window(base::Instant now);
  // The world did something that should bring members together: a heal, start, restart, resume.
  void on_recovery_act(base::Instant now);
  // `observer` dropped the member that had `uuid` from its view.
  void on_removal(base::NodeId observer, const base::Uuid& uuid, base::Instant now);

  // Since the last refresh().
  const Availability& availability() const { return availability_; }
  bool has_formed() const { return formed_at_.has_value(); }
  // The state at `end`; the recorder may go on.
  RunMetrics finish(base::Instant end) const;
  // Agreement availability so far, in parts per million; one million before anything was live.
  std::uint64_t agreement_ppm() const;

 private:
  // One survivor that holds a lost member in its view, since when.
  struct Loss {
    base::NodeId survivor;
    base::NodeId lost;
    base::Uuid uuid;
    base::Instant since;
  };

  void refresh_cluster(std::uint32_t cluster, const std::vector<Members>& components,
                       base::Instant now);
  void refresh_losses(const Members& component, base::Instant now);
  bool has_common_master(const Members& component) const;

  const Observation& observation_;
  base::Instant last_{};
  base::Instant window_start_{};
  bool window_begun_ = false;
  std::optional<base::Instant> started_at_;
  std::optional<base::Instant> formed_at_;

  Availability availability_;  // since last_
  std::uint64_t member_ns_ = 0;
  std::uint64_t agreed_ns_ = 0;
  std::uint64_t forced_ns_ = 0;
  std::uint64_t needless_ns_ = 0;

  std::vector<Loss> losses_;
  std::optional<base::Duration> detect_first_;
  std::optional<base::Duration> detect_last_;
  bool loss_seen_ = false;

  std::optional<base::Instant> masterless_since_;
  std::optional<base::Duration> elect_;

  std::optional<base::Instant> recovery_at_;
  std::optional<base::Instant> agreed_since_;
  std::uint64_t false_removals_ = 0;
  std::uint32_t masters_max_ = 0;
  bool all_agreed_ = false;
};

}  // namespace splitscope::scenarios
