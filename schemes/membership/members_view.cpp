#include "schemes/membership/members_view.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "engine/base/assert.hpp"
#include "engine/base/prng.hpp"

namespace splitscope::schemes {

using base::Endpoint;
using base::Uuid;

namespace {

// Up to this many members, scanning the list is as fast as searching an index.
constexpr std::size_t ScanSizeMax = 16;

std::uint64_t hash_of(std::span<const MemberInfo> members) {
  std::uint64_t hash = 0;
  for (const MemberInfo& member : members) {
    hash = base::mix(hash ^ member.uuid.high);
    hash = base::mix(hash ^ member.uuid.low);
  }
  return hash;
}

template <typename Key>
std::vector<std::uint16_t> positions_by(std::span<const MemberInfo> members,
                                        Key MemberInfo::* key) {
  std::vector<std::uint16_t> positions(members.size());
  std::iota(positions.begin(), positions.end(), std::uint16_t{0});
  std::sort(positions.begin(), positions.end(), [&members, key](std::uint16_t a, std::uint16_t b) {
    return members[a].*key < members[b].*key;
  });
  return positions;
}

template <typename Key>
std::uint32_t search(std::span<const MemberInfo> members, std::span<const std::uint16_t> positions,
                     Key MemberInfo::* key, const Key& wanted) {
  if (positions.empty()) {
    for (std::uint32_t i = 0; i < members.size(); ++i) {
      if (members[i].*key == wanted) return i;
    }
    return MembersView::NoIndex;
  }
  const auto found = std::lower_bound(positions.begin(), positions.end(), wanted,
                                      [&members, key](std::uint16_t position, const Key& value) {
                                        return members[position].*key < value;
                                      });
  if (found == positions.end() || members[*found].*key != wanted) return MembersView::NoIndex;
  return *found;
}

// `positions` are those by the key, unless the list is too short to have any.
template <typename Key>
bool has_duplicate(std::span<const MemberInfo> members, std::span<const std::uint16_t> positions,
                   Key MemberInfo::* key) {
  if (positions.empty() && !members.empty()) {
    return has_duplicate(members, std::span<const std::uint16_t>(positions_by(members, key)), key);
  }
  return std::adjacent_find(positions.begin(), positions.end(),
                            [&members, key](std::uint16_t a, std::uint16_t b) {
                              return members[a].*key == members[b].*key;
                            }) != positions.end();
}

bool contains(std::span<const Uuid> uuids, const Uuid& uuid) {
  return std::find(uuids.begin(), uuids.end(), uuid) != uuids.end();
}

// Of the members in both lists, in the order of the first.
std::vector<Uuid> common_order(const MembersView& first, const MembersView& second) {
  std::vector<Uuid> common;
  for (const MemberInfo& member : first.members()) {
    if (second.contains(member.uuid)) common.push_back(member.uuid);
  }
  return common;
}

}  // namespace

MembersView::MembersView(std::int32_t version, std::vector<MemberInfo> members)
    : version_(version), list_hash_(hash_of(members)), members_(std::move(members)) {
  SPLITSCOPE_ASSERT(members_.size() <= SizeMax);
  if (members_.size() <= ScanSizeMax) return;
  by_uuid_ = positions_by(std::span<const MemberInfo>(members_), &MemberInfo::uuid);
  by_endpoint_ = positions_by(std::span<const MemberInfo>(members_), &MemberInfo::endpoint);
}

base::Result<MembersView> MembersView::make(std::int32_t version, std::vector<MemberInfo> members) {
  if (version < 0) return base::failure("a members view has a version below 0");
  if (members.size() > SizeMax) {
    return base::failure(
        fmt::format("a members view lists {} members; the most is {}", members.size(), SizeMax));
  }
  MembersView view(version, std::move(members));
  if (has_duplicate(view.members(), view.by_uuid_, &MemberInfo::uuid)) {
    return base::failure("a members view lists one uuid twice");
  }
  if (has_duplicate(view.members(), view.by_endpoint_, &MemberInfo::endpoint)) {
    return base::failure("a members view lists one endpoint twice");
  }
  return view;
}

MembersView MembersView::founded_by(MemberInfo founder) {
  founder.join_version = 1;
  return MembersView(1, {founder});
}

bool MembersView::is_master(const Uuid& uuid) const {
  return !members_.empty() && members_.front().uuid == uuid;
}

bool MembersView::is_master(const Endpoint& endpoint) const {
  return !members_.empty() && members_.front().endpoint == endpoint;
}

std::uint32_t MembersView::index_of(const Uuid& uuid) const {
  return search(std::span<const MemberInfo>(members_), by_uuid_, &MemberInfo::uuid, uuid);
}

std::uint32_t MembersView::index_of(const Endpoint& endpoint) const {
  return search(std::span<const MemberInfo>(members_), by_endpoint_, &MemberInfo::endpoint,
                endpoint);
}

const MemberInfo* MembersView::find(const Uuid& uuid) const {
  const std::uint32_t index = index_of(uuid);
  return index == NoIndex ? nullptr : &members_[index];
}

const MemberInfo* MembersView::find(const Endpoint& endpoint) const {
  const std::uint32_t index = index_of(endpoint);
  return index == NoIndex ? nullptr : &members_[index];
}

std::uint32_t MembersView::data_member_count() const {
  return static_cast<std::uint32_t>(
      std::count_if(members_.begin(), members_.end(),
                    [](const MemberInfo& member) { return member.data_member; }));
}

std::span<const MemberInfo> MembersView::predecessors(const Uuid& uuid) const {
  const std::uint32_t index = index_of(uuid);
  const std::span<const MemberInfo> all(members_);
  return index == NoIndex ? all : all.first(index);
}

MembersView MembersView::with_added(std::span<const MemberInfo> joiners) const {
  std::vector<MemberInfo> members = members_;
  std::int32_t version = std::max(version_, static_cast<std::int32_t>(members_.size()));
  const std::size_t old_size = members.size();
  for (const MemberInfo& joiner : joiners) {
    if (members.size() == SizeMax) break;
    if (contains(joiner.uuid) || contains(joiner.endpoint)) continue;
    const auto is_same = [&joiner](const MemberInfo& member) {
      return member.uuid == joiner.uuid || member.endpoint == joiner.endpoint;
    };
    const auto added = members.begin() + static_cast<std::ptrdiff_t>(old_size);
    if (std::any_of(added, members.end(), is_same)) continue;
    members.push_back(joiner);
    members.back().join_version = ++version;
  }
  if (members.size() == old_size) return *this;
  return MembersView(version, std::move(members));
}

MembersView MembersView::without(std::span<const Uuid> leavers) const {
  std::vector<MemberInfo> members;
  members.reserve(members_.size());
  for (const MemberInfo& member : members_) {
    if (!schemes::contains(leavers, member.uuid)) members.push_back(member);
  }
  if (members.size() == members_.size()) return *this;
  return MembersView(version_ + 1, std::move(members));
}

MembersView MembersView::with_version(std::int32_t version) const {
  SPLITSCOPE_ASSERT(version >= 0);
  MembersView view = *this;
  view.version_ = version;
  return view;
}

ViewChange difference(const MembersView& before, const MembersView& after) {
  ViewChange change;
  for (const MemberInfo& member : after.members()) {
    if (!before.contains(member.uuid)) change.added.push_back(member);
  }
  for (const MemberInfo& member : before.members()) {
    if (!after.contains(member.uuid)) change.removed.push_back(member);
  }
  change.reordered = common_order(before, after) != common_order(after, before);
  const Uuid old_master = before.is_empty() ? Uuid{} : before.master()->uuid;
  const Uuid new_master = after.is_empty() ? Uuid{} : after.master()->uuid;
  change.master_changed = old_master != new_master;
  return change;
}

ViewUpdate judge_update(const MembersView& own, const MembersView& received, const Uuid& self) {
  if (received.version() <= own.version()) return ViewUpdate::Stale;
  return received.contains(self) ? ViewUpdate::Apply : ViewUpdate::NotListed;
}

const MembersView& newest_view(const MembersView& own, std::span<const MembersView> answers) {
  const MembersView* newest = &own;
  for (const MembersView& answer : answers) {
    if (answer.version() > newest->version()) newest = &answer;
  }
  return *newest;
}

std::vector<MemberInfo> unknown_members(const MembersView& own, const MembersView& newest) {
  return difference(own, newest).added;
}

MembersView claimed_view(const MembersView& newest, const Uuid& claimant,
                         std::span<const Uuid> accepted) {
  std::vector<Uuid> leavers;
  for (const MemberInfo& member : newest.members()) {
    if (member.uuid != claimant && !contains(accepted, member.uuid)) {
      leavers.push_back(member.uuid);
    }
  }
  return newest.without(leavers).with_version(newest.version() + 1);
}

}  // namespace splitscope::schemes
