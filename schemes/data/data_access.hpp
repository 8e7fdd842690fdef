// How a client in a member's own process uses the cluster's map, and what checkers may know of what
// the member holds. Keys and values are numbers: one map stands for all structures.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/base/endpoint.hpp"
#include "schemes/data/map_store.hpp"

namespace splitscope::schemes {

// Of one operation; unique within the member's life.
struct OperationId {
  std::uint64_t value = 0;
  friend auto operator<=>(const OperationId&, const OperationId&) = default;
};

struct OperationResult {
  enum class Outcome : std::uint8_t {
    Done,
    TimedOut,  // operation.call.timeout, or all tries used up: it may have taken effect
    NoQuorum,  // split-brain protection
    Refused,   // the store or the queue of operations is full
  };
  Outcome outcome = Outcome::Done;
  bool is_acknowledged = true;         // by all backups; false: their time was up
  std::optional<std::uint64_t> value;  // of a get
};

class OperationListener {
 public:
  // From the event loop only.
  virtual void on_operation(OperationId operation, const OperationResult& result) = 0;

 protected:
  ~OperationListener() = default;
};

class DataAccess {
 public:
  // The listener gets the results of all operations begun with it; it outlives them, or *this.
  virtual OperationId put(std::uint64_t key, std::uint64_t value, OperationListener& listener) = 0;
  virtual OperationId get(std::uint64_t key, OperationListener& listener) = 0;

  // As this member believes. None: nothing is arranged yet.
  virtual std::optional<base::Endpoint> owner_of(std::uint64_t key) = 0;
  // Asks for the first arrangement, if there is none.
  virtual bool is_arranged() = 0;

  // Operations may be begun.
  virtual bool is_started() const = 0;

  // For checkers: what this member holds as owner.
  virtual std::size_t owned_entry_count() const = 0;
  virtual std::uint32_t owned_partition_count() const = 0;
  virtual std::optional<MapEntry> owned_entry(std::uint64_t key) const = 0;

 protected:
  ~DataAccess() = default;
};

}  // namespace splitscope::schemes
