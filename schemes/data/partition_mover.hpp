// Copies partitions between members: out of here when the master asks for it, and in. Hides chunks
// and how long copying takes. An owner takes no writes of a partition while it copies it, until the
// master changes the row or gives up.
#pragma once

#include <optional>
#include <vector>

#include "schemes/data/data_context.hpp"

namespace splitscope::schemes {

// Told how a copy ended that the master asked this member for.
class MoverHost {
 public:
  virtual void on_copied(const MigrationAnswer& answer) = 0;

 protected:
  ~MoverHost() = default;
};

class PartitionMover final {
 public:
  // Copies at once; more are refused, and the master asks again.
  static constexpr std::size_t CopyCountMax = 1024;

  // `host` outlives *this. It is told of copies that this member as master asked of itself.
  PartitionMover(const DataContext& context, MoverHost& host);
  PartitionMover(const PartitionMover&) = delete;
  PartitionMover& operator=(const PartitionMover&) = delete;

  // From the master, maybe this member.
  void on_request(const MigrationRequest& request);
  void on_chunk(base::Endpoint from, const MigrationChunk& chunk);
  // From the member that was copied to.
  void on_answer(base::Endpoint from, const MigrationAnswer& answer);
  // Rows have changed: copies of older rows are given up.
  void on_rows_changed();
  void reset();

 private:
  struct Copy {
    MigrationId id;
    base::Uuid destination;
    base::Instant due;  // EndOfTime once all is sent
    std::uint32_t chunk_count = 0;
    std::optional<std::uint64_t> last_key;
  };
  bool may_copy(const MigrationRequest& request) const;
  base::Duration copying_time();
  void send_chunk(Copy& copy);
  void end(const MigrationAnswer& answer);
  void arm();
  void on_timer();

  DataContext context_;
  MoverHost& host_;
  env::Timer timer_;
  std::vector<Copy> copies_;
};

}  // namespace splitscope::schemes
