// What checkers, conditions and the desktop app may know of a member, read-only. Everything is as
// the member itself believes it to be at this instant.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/endpoint.hpp"
#include "engine/base/ids.hpp"
#include "schemes/membership/members_view.hpp"

namespace splitscope::schemes {

class NodeInspection {
 public:
  // In a cluster, maybe of one. False while starting, merging, or shut down.
  virtual bool is_joined() const = 0;
  // Start-up is complete (Hazelcast's STARTED): joined, and connections to all members tried.
  virtual bool is_started() const = 0;
  virtual bool is_master() const = 0;
  virtual base::Uuid uuid() const = 0;
  // NoEndpoint until the port is bound.
  virtual base::Endpoint endpoint() const = 0;
  // Who is master; NoEndpoint if not known.
  virtual base::Endpoint master() const = 0;
  // Oldest first. Empty unless joined.
  virtual const MembersView& view() const = 0;
  // Suspected members of the view, in no particular order.
  virtual std::span<const base::Uuid> suspects() const = 0;
  virtual std::string_view cluster_name() const = 0;
  virtual bool is_data_member() const = 0;
  // The uuids that this process had before its merges, oldest first; at most PreviousUuidCountMax.
  virtual std::span<const base::Uuid> previous_uuids() const = 0;
  static constexpr std::size_t PreviousUuidCountMax = 1024;

  // Names of the states the parts are in: "joining", "claiming", "merging"...
  virtual std::string_view node_state() const = 0;
  virtual std::string_view join_state() const = 0;
  // Of its doors: "open", or "waiting for more" while somebody asked to be let in.
  virtual std::string_view admission_state() const = 0;
  virtual std::string_view mastership_state() const = 0;
  virtual std::string_view split_brain_state() const = 0;
  // Messages that could not be decoded so far.
  virtual std::uint64_t malformed_count() const = 0;

 protected:
  ~NodeInspection() = default;
};

}  // namespace splitscope::schemes
