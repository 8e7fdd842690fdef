// The list of members: ordered by admission, oldest first; the first is the master. A value without
// any Environment. Lookups are by binary search once the list is long, so a thousand members cost
// little. Source of the rules: Hazelcast's MembersView (3.9 and later).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/endpoint.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"

namespace splitscope::schemes {

// One member as its cluster knows it.
struct MemberInfo {
  base::Uuid uuid;
  base::Endpoint endpoint;
  std::int32_t join_version = 0;  // of the first list that held it
  bool data_member = true;        // false: a lite member, which owns no data and counts in no merge
  friend bool operator==(const MemberInfo&, const MemberInfo&) = default;
};

// Version 0 and empty until joined. Immutable: a change makes a new view with a higher version.
// Invariant: no uuid and no endpoint twice, at most SizeMax members.
class MembersView {
 public:
  static constexpr std::uint32_t SizeMax = 10'000;
  static constexpr std::uint32_t NoIndex = 0xffff'ffff;

  MembersView() = default;
  // For lists from outside. Error: a uuid or endpoint twice, a version below 0, too many members.
  static base::Result<MembersView> make(std::int32_t version, std::vector<MemberInfo> members);
  // A cluster of one, as it is founded: version 1.
  static MembersView founded_by(MemberInfo founder);

  std::int32_t version() const { return version_; }
  std::span<const MemberInfo> members() const { return members_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(members_.size()); }
  bool is_empty() const { return members_.empty(); }
  const MemberInfo& at(std::uint32_t index) const { return members_[index]; }

  // The oldest member; none if empty. Points into *this.
  const MemberInfo* master() const { return members_.empty() ? nullptr : &members_.front(); }
  bool is_master(const base::Uuid& uuid) const;
  bool is_master(const base::Endpoint& endpoint) const;
  // None if not listed. Points into *this.
  const MemberInfo* find(const base::Uuid& uuid) const;
  const MemberInfo* find(const base::Endpoint& endpoint) const;
  bool contains(const base::Uuid& uuid) const { return find(uuid) != nullptr; }
  bool contains(const base::Endpoint& endpoint) const { return find(endpoint) != nullptr; }
  // Position, or NoIndex.
  std::uint32_t index_of(const base::Uuid& uuid) const;
  std::uint32_t data_member_count() const;
  // Members older than `uuid`, oldest first: all of them if it is not listed.
  std::span<const MemberInfo> predecessors(const base::Uuid& uuid) const;

  // Of the ordered uuids, not of the version: equal lists have equal hashes. 0 for the empty list.
  std::uint64_t list_hash() const { return list_hash_; }

  // With the joiners at the end, in the order given; the version grows by one for each, and that is
  // its join version. Joiners already listed, by uuid or endpoint, are skipped, as are those beyond
  // SizeMax. (Hazelcast's MembersView.cloneAdding.)
  MembersView with_added(std::span<const MemberInfo> joiners) const;
  // Without those; the version grows by one, unless none of them was listed.
  MembersView without(std::span<const base::Uuid> leavers) const;
  // The same list under another version. Precondition: version >= 0.
  MembersView with_version(std::int32_t version) const;

  friend bool operator==(const MembersView& a, const MembersView& b) {
    return a.version_ == b.version_ && a.members_ == b.members_;
  }

 private:
  MembersView(std::int32_t version, std::vector<MemberInfo> members);
  std::uint32_t index_of(const base::Endpoint& endpoint) const;

  std::int32_t version_ = 0;
  std::uint64_t list_hash_ = 0;
  std::vector<MemberInfo> members_;
  // Positions sorted by uuid and by endpoint; empty while the list is short enough to scan.
  std::vector<std::uint16_t> by_uuid_;
  std::vector<std::uint16_t> by_endpoint_;
};

// What a new list changes.
struct ViewChange {
  std::vector<MemberInfo> added;    // in the order of the new list
  std::vector<MemberInfo> removed;  // in the order of the old list
  bool reordered = false;           // those in both lists stand in another order
  bool master_changed = false;
  bool is_empty() const { return added.empty() && removed.empty() && !reordered; }
  friend bool operator==(const ViewChange&, const ViewChange&) = default;
};
// A uuid is the identity: the same endpoint with a new uuid is one removed and one added.
ViewChange difference(const MembersView& before, const MembersView& after);

// What a member does with a list its master published.
enum class ViewUpdate : std::uint8_t {
  Apply,
  Stale,      // the version is not above our own: the network may delay and repeat
  NotListed,  // we are not in it: the master has removed us
};
ViewUpdate judge_update(const MembersView& own, const MembersView& received,
                        const base::Uuid& self);

// The claimant of a lost mastership (Hazelcast >= 3.9) works with the newest list that it was
// answered; of equal versions, its own, then the first.
const MembersView& newest_view(const MembersView& own, std::span<const MembersView> answers);
// Members of `newest` that `own` lacks: they are to be asked too.
std::vector<MemberInfo> unknown_members(const MembersView& own, const MembersView& newest);
// What it publishes in the end: members of `newest`, in order, that are itself or accepted; the
// version is that of `newest` plus one.
MembersView claimed_view(const MembersView& newest, const base::Uuid& claimant,
                         std::span<const base::Uuid> accepted);

}  // namespace splitscope::schemes
