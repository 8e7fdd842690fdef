// What the parts of the data service share: the seam, the membership below, and what is held.
// Hides how a member named by its uuid is reached. Everything in it outlives the parts.
#pragma once

#include "schemes/data/data_codec.hpp"
#include "schemes/data/held_partitions.hpp"
#include "schemes/membership/member_service.hpp"

namespace splitscope::schemes {

struct DataContext {
  env::Environment environment;
  MemberServiceHost& host;
  HeldPartitions& held;

  const Settings& settings() const { return host.service_config().settings; }
  const MembershipManager& membership() const { return host.service_membership(); }
  const base::Uuid& self() const { return held.self(); }
  base::Instant now() const { return environment.clock.now(); }
  bool is_master() const {
    return membership().is_joined() && membership().is_master() && !membership().is_claiming();
  }
  bool is_self(const base::Uuid& member) const { return member == held.self(); }
  // NoEndpoint if it is not listed.
  base::Endpoint endpoint_of(const base::Uuid& member) const {
    const MemberInfo* info = membership().view().find(member);
    return info == nullptr ? base::NoEndpoint : info->endpoint;
  }
  // Nil if it is not listed.
  base::Uuid member_at(base::Endpoint endpoint) const {
    const MemberInfo* info = membership().view().find(endpoint);
    return info == nullptr ? base::Uuid{} : info->uuid;
  }

  // False if it was not sent: the member is not listed, or there is no connection.
  template <typename Payload>
  bool send(base::Endpoint to, const Payload& message) const {
    if (to == base::NoEndpoint) return false;
    ConnectionManager& connections = host.service_connections();
    return connections.send(to, connections.encoder().encode(message), Delivery::Buffered);
  }
  template <typename Payload>
  bool send(const base::Uuid& to, const Payload& message) const {
    return send(endpoint_of(to), message);
  }
};

}  // namespace splitscope::schemes
