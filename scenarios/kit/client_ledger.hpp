// What clients asked of the cluster's map and what came of it, against a model of acknowledged
// writes: one register for each key. Pure; shared by the probes of a run.
//
// A request writes a key and reads it back. It is answered correctly if both came within their
// limit and the read was not stale: stale is a value (or none) although a later write was
// acknowledged before the read began. A write that was not acknowledged may still take effect at
// any time, so reading it is never stale.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/time.hpp"

namespace splitscope::scenarios {

// What a client does; the same for all members.
struct ProbePlan {
  static constexpr std::uint32_t EntriesDefault = 1000;
  base::Duration interval = std::chrono::milliseconds{500};
  base::Duration limit = std::chrono::seconds{2};  // of one operation
  std::uint32_t entries = 0;                       // written once, by the first client that can
};

// Sums over the measured window, but for the last three, which are of the whole run.
struct ClientMetrics {
  std::uint64_t requests = 0;
  std::uint64_t answered = 0;     // correctly, in time
  std::uint64_t stale_reads = 0;  // in time, but not correct
  base::Duration gap_max{};       // the longest that one member's client had no answer for a key
  std::uint64_t writes = 0;       // acknowledged
  std::uint64_t entries = 0;      // written once, before the faults, and acknowledged
  std::uint64_t lost_writes = 0;  // acknowledged, and gone at the end: entries and probed keys

  // Client availability in parts per million; one million before the first request.
  std::uint64_t availability_ppm() const;
  friend bool operator==(const ClientMetrics&, const ClientMetrics&) = default;
};

// Who reads whether a key's value is there, at the end of a run.
class HeldValues {
 public:
  // The values that running members own for the key: one for each cluster that has it.
  virtual std::vector<std::uint64_t> values_of(std::uint64_t key) const = 0;

 protected:
  ~HeldValues() = default;
};

class ClientLedger {
 public:
  // Of each key so many writes are remembered; older ones count as long acknowledged.
  static constexpr std::size_t WritesKeptMax = 4096;
  // Good requests of one client that a failed one may have been overtaken by.
  static constexpr std::size_t AnsweredKeptMax = 32;

  // One key for each member that owned a partition when the probes began.
  struct ProbedKey {
    std::uint64_t key = 0;
    base::Endpoint owner;
  };
  const std::vector<ProbedKey>& keys() const { return keys_; }
  void set_keys(std::vector<ProbedKey> keys) { keys_ = std::move(keys); }
  bool has_begun() const { return !keys_.empty(); }

  // Requests that begin before the window do not count.
  void begin_window(base::Instant now);

  // --- requests ---
  // The value to write.
  std::uint64_t begin_write(std::uint64_t key, base::Instant now);
  void acknowledge(std::uint64_t key, std::uint64_t value, base::Instant now);
  bool is_stale(std::uint64_t key, std::optional<std::uint64_t> value,
                base::Instant read_begun) const;
  enum class RequestEnd : std::uint8_t { Answered, Stale, Failed };
  struct Request {
    base::NodeId client;
    std::uint64_t key = 0;
    base::Instant begun;
  };
  void end_request(const Request& request, RequestEnd end, base::Instant now);

  // --- entries written once ---
  void acknowledge_entry(std::uint64_t key) { entries_.insert(key); }
  std::size_t entry_count() const { return entries_.size(); }
  const std::set<std::uint64_t>& entries() const { return entries_; }

  // The longest time from the first failed request of a client on a key to the next good one, or
  // that a good one took, as the recordings have it; since the window began or they were forgotten.
  base::Duration gap_of(base::NodeId client, base::Instant now) const;
  void forget_gaps();

  ClientMetrics metrics() const { return metrics_; }
  ClientMetrics finish(const HeldValues& held, base::Instant now) const;

 private:
  struct Write {
    base::Instant begun;
    std::optional<base::Instant> acknowledged;
  };
  struct Gap {
    std::optional<base::Instant> since;  // when the first failed request began
    base::Duration longest{};
    std::vector<base::Instant> answered;  // when the latest good ones began, in order
  };
  static void note(Gap& gap, const Request& request, RequestEnd end, base::Instant now);
  std::uint64_t lost_writes(const HeldValues& held) const;

  std::vector<ProbedKey> keys_;
  std::uint64_t last_value_ = 0;
  base::Instant window_begin_{};
  std::map<std::uint64_t, std::map<std::uint64_t, Write>> writes_;  // by key, by value
  std::set<std::uint64_t> entries_;
  std::map<std::pair<base::NodeId, std::uint64_t>, Gap> gaps_;  // by client and key
  ClientMetrics metrics_;
};

}  // namespace splitscope::scenarios
