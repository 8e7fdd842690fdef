// What a member does on top of its membership: hold data, for one. The node tells the service what
// happens and hands it its messages; the service decides nothing about membership.
//
// A member without a service is fine: it holds nothing.
#pragma once

#include "schemes/membership/membership_manager.hpp"

namespace splitscope::schemes {

// What a service may use of its node, which outlives it.
class MemberServiceHost {
 public:
  virtual ConnectionManager& service_connections() = 0;
  virtual const MembershipManager& service_membership() const = 0;
  virtual const NodeConfig& service_config() const = 0;
  // A member that drain() was called for holds nothing any more. From the event loop only.
  virtual void on_member_drained(const base::Uuid& member) = 0;

 protected:
  ~MemberServiceHost() = default;
};

class MemberService {
 public:
  virtual ~MemberService() = default;

  // The first call; `host` outlives *this.
  virtual void start(MemberServiceHost& host) = 0;
  // Of a type that is_about_data(). False: it is malformed.
  virtual bool on_message(base::Endpoint from, MessageType type, const base::Message& frame) = 0;
  // The list, or who is master, has changed.
  virtual void on_view_changed() = 0;
  // The member is about to forget its cluster, to join another; on_merged() follows if it does.
  virtual void on_leaving_to_merge() = 0;
  virtual void on_merged() = 0;
  // On a master: `member` is to hold nothing. True if it holds nothing already, or there is nobody
  // else to hold it; otherwise on_member_drained() tells when.
  virtual bool drain(const base::Uuid& member) = 0;
  virtual void stop() = 0;
};

}  // namespace splitscope::schemes
