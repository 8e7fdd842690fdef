#include "schemes/data/partition_manager.hpp"

#include <algorithm>
#include <utility>

#include "engine/base/assert.hpp"
#include "schemes/data/partition_assignment.hpp"

namespace splitscope::schemes {

using base::Endpoint;
using base::EventKind;
using base::Uuid;

namespace {

bool contains(const std::vector<Uuid>& members, const Uuid& member) {
  return std::find(members.begin(), members.end(), member) != members.end();
}

}  // namespace

PartitionManager::PartitionManager(const DataContext& context, PartitionListener& listener)
    : context_(context),
      listener_(listener),
      mover_(context, *this),
      migrations_(context.settings().behaviour.parallel_migrations),
      publish_timer_(context.environment.timers,
                     base::Callback::to<&PartitionManager::on_publish_tick>(*this)),
      work_timer_(context.environment.timers,
                  base::Callback::to<&PartitionManager::on_work>(*this)) {}

void PartitionManager::enter(Role next) {
  const bool allowed = next == Role::Follower || (next == Role::Master && role_ != Role::Master) ||
                       (next == Role::Fetching && role_ == Role::Follower);
  SPLITSCOPE_ASSERT(allowed);
  role_ = next;
}

void PartitionManager::reset() {
  role_ = Role::Follower;
  stop();
  migrations_.clear();
  mover_.reset();
  leaving_.clear();
  completed_.clear();
  unanswered_.clear();
  master_ = base::NoEndpoint;
}

void PartitionManager::stop() {
  publish_timer_.disarm();
  work_timer_.disarm();
}

std::vector<Uuid> PartitionManager::data_members() const {
  std::vector<Uuid> members;
  for (const MemberInfo& member : context_.membership().view().members()) {
    if (member.data_member) members.push_back(member.uuid);
  }
  std::sort(members.begin(), members.end());
  return members;
}

// --- roles ---

void PartitionManager::on_view_changed() {
  if (!context_.held.table().is_arranged()) return;
  update_role();
  std::erase_if(leaving_, [this](const Uuid& member) {
    return context_.endpoint_of(member) == base::NoEndpoint;
  });
  if (role_ == Role::Fetching) {
    std::erase_if(unanswered_, [this](const Uuid& member) {
      return context_.endpoint_of(member) == base::NoEndpoint;
    });
  }
  // In an event of its own: newcomers hear first that they are in.
  if (role_ != Role::Follower) work_timer_.arm_after(base::Duration::zero());
}

void PartitionManager::update_role() {
  const Endpoint master = context_.membership().master();
  if (std::exchange(master_, master) != master && !context_.is_master()) become_follower();
  if (!context_.is_master() || role_ != Role::Follower) return;
  // What the former master had copied is void.
  mover_.reset();
  context_.held.end_all_copying();
  publish_timer_.arm_after(context_.settings().partition_table_send_interval);
  enter(Role::Fetching);
  ++round_;
  unanswered_.clear();
  for (const MemberInfo& member : context_.membership().view().members()) {
    if (!context_.is_self(member.uuid)) unanswered_.push_back(member.uuid);
  }
  fetch();
}

void PartitionManager::become_follower() {
  enter(Role::Follower);
  stop();
  migrations_.clear();
  mover_.reset();
  completed_.clear();
  leaving_.clear();
  context_.held.end_all_copying();
}

void PartitionManager::fetch() {
  for (const Uuid& member : unanswered_) context_.send(member, FetchPartitionState{round_});
}

void PartitionManager::on_fetch(Endpoint from, const FetchPartitionState& fetch) {
  if (from != context_.membership().master()) return;
  context_.send(from, PartitionStateAnswer{fetch.round, whole_state()});
}

void PartitionManager::on_fetch_answer(Endpoint from, const PartitionStateAnswer& answer) {
  if (role_ != Role::Fetching || answer.round != round_) return;
  adopt(answer.state);
  std::erase(unanswered_, context_.member_at(from));
  if (unanswered_.empty()) work_timer_.arm_after(base::Duration::zero());
}

void PartitionManager::on_work() {
  if (!context_.is_master()) return;
  if (role_ == Role::Fetching) {
    if (!unanswered_.empty()) {
      fetch();
      return work_timer_.arm_after(FetchRetry);
    }
    enter(Role::Master);
  }
  repair();
}

// --- arranging ---

bool PartitionManager::want_table() {
  if (context_.held.table().is_arranged()) return true;
  if (!context_.membership().is_joined()) return false;
  if (!context_.is_master()) {
    context_.send(context_.membership().master(), AssignPartitions{context_.self()});
    return false;
  }
  arrange();
  return context_.held.table().is_arranged();
}

void PartitionManager::on_assign(Endpoint from) {
  if (!context_.is_master() || !context_.membership().is_member(from)) return;
  if (!context_.held.table().is_arranged()) return arrange();
  context_.send(from, whole_state());
}

void PartitionManager::arrange() {
  const std::vector<Uuid> members = data_members();
  if (members.empty()) return;
  context_.held.create_table(context_.settings().partition_count);
  const std::vector<ReplicaRow> rows = targets();
  for (std::uint32_t i = 0; i < rows.size(); ++i) context_.held.set_row(i, rows[i]);
  master_ = context_.membership().master();
  enter(Role::Master);
  context_.environment.events.emit(EventKind::PartitionsArranged, {rows.size(), members.size()});
  publish_timer_.arm_after(context_.settings().partition_table_send_interval);
  publish_whole();
  listener_.on_partitions_changed();
}

std::vector<ReplicaRow> PartitionManager::targets() {
  std::vector<Uuid> members = data_members();
  std::erase_if(members, [this](const Uuid& member) { return contains(leaving_, member); });
  // With nobody to take over, those who leave keep what they have.
  if (members.empty()) members = data_members();
  AssignmentOptions options;
  options.backup_count = context_.settings().data.backup_count;
  options.seed = context_.environment.random.next();
  return assign(context_.held.table().plain_rows(), members, options);
}

void PartitionManager::repair() {
  const Promotion promotion = context_.held.drop_all_but(data_members());
  const std::vector<ReplicaRow> rows = targets();
  give_lost_rows(promotion, rows);
  // Members that are still copying for a plan that is void hear of a newer row.
  for (const Migration& interrupted : migrations_.clear()) {
    const std::uint32_t partition = interrupted.id.partition;
    const bool is_as_before =
        context_.held.table().row_version(partition) == interrupted.id.row_version;
    if (is_as_before) context_.held.set_row(partition, context_.held.table().row(partition));
  }
  completed_.clear();
  mover_.on_rows_changed();
  publish_whole();
  listener_.on_partitions_changed();
  move(rows);
}

void PartitionManager::give_lost_rows(const Promotion& promotion,
                                      std::span<const ReplicaRow> targets) {
  for (const std::uint32_t partition : promotion.lost) {
    context_.held.set_row(partition, targets[partition]);
  }
  if (promotion.owner_lost.empty()) return;
  context_.environment.events.emit(EventKind::PartitionsLost,
                                   {promotion.owner_lost.size(), promotion.lost.size()});
}

// --- moving ---

void PartitionManager::move(std::span<const ReplicaRow> targets) {
  moved_count_ = 0;
  moving_since_ = context_.now();
  last_progress_ = moving_since_;
  migrations_.plan(context_.held.table(), targets);
  begin_migrations();
}

void PartitionManager::begin_migrations() {
  while (auto migration = migrations_.begin_next(context_.held.table())) {
    if (migration->waiting_for.empty()) {
      commit(*migration);
    } else {
      request_copies(*migration);
    }
  }
  if (migrations_.is_idle()) finish_moving();
}

void PartitionManager::request_copies(const Migration& migration) {
  const Uuid owner = context_.held.table().row(migration.id.partition).owner();
  for (const Uuid& destination : migration.waiting_for) {
    const MigrationRequest request{migration.id, destination};
    if (context_.is_self(owner)) {
      mover_.on_request(request);
    } else if (!context_.send(owner, request)) {
      on_copied({migration.id, destination, false});
      return;
    }
  }
}

void PartitionManager::on_migration_request(Endpoint from, const MigrationRequest& request) {
  if (from == context_.membership().master()) mover_.on_request(request);
}

void PartitionManager::on_migration_answer(Endpoint from, const MigrationAnswer& answer) {
  if (answer.id.partition >= context_.held.table().partition_count()) return;
  const Uuid sender = context_.member_at(from);
  // From the owner to the master, or from the new holder to the owner.
  if (context_.is_master() && sender == context_.held.table().row(answer.id.partition).owner()) {
    return on_copied(answer);
  }
  mover_.on_answer(from, answer);
}

void PartitionManager::on_copied(const MigrationAnswer& answer) {
  if (role_ != Role::Master) return;
  if (!answer.done) {
    if (!migrations_.on_failed(answer.id)) return;
    // The owner may have begun; a newer row ends that.
    const std::uint32_t partition = answer.id.partition;
    context_.held.set_row(partition, context_.held.table().row(partition));
    completed_.push_back(partition);
    return work_timer_.arm_after(ReplanPause);
  }
  const auto finished = migrations_.on_copied(answer.id, answer.destination);
  if (!finished.has_value()) return;
  commit(*finished);
  begin_migrations();
}

void PartitionManager::commit(const Migration& migration) {
  const std::uint32_t partition = migration.id.partition;
  const ReplicaRow before = context_.held.table().row(partition);
  context_.held.set_row(partition, migration.target);
  ++moved_count_;
  last_progress_ = context_.now();
  mover_.on_rows_changed();
  const PartitionState state = state_of({&partition, 1});
  // Backups first, so that they are ready when the owner writes.
  std::vector<Uuid> concerned(migration.target.members().rbegin(),
                              migration.target.members().rend());
  for (const Uuid& member : before.members()) {
    if (!contains(concerned, member)) concerned.push_back(member);
  }
  for (const Uuid& member : concerned) {
    if (!context_.is_self(member)) context_.send(member, state);
  }
  completed_.push_back(partition);
  if (completed_.size() >= PublishBatchSize) publish_completed();
  listener_.on_partitions_changed();
}

void PartitionManager::finish_moving() {
  publish_completed();
  if (moved_count_ > 0) {
    const auto took = static_cast<std::uint64_t>((context_.now() - moving_since_).count());
    context_.environment.events.emit(EventKind::MigrationsFinished, {moved_count_, took});
    moved_count_ = 0;
  }
  tell_drained();
}

// --- those who leave ---

bool PartitionManager::drain(const Uuid& member) {
  const PartitionTable& table = context_.held.table();
  if (!table.is_arranged() || !context_.is_master()) return true;
  const auto holds = [&](const VersionedRow& entry) { return entry.row.contains(member); };
  if (std::none_of(table.rows().begin(), table.rows().end(), holds)) return true;
  std::vector<Uuid> others = data_members();
  std::erase_if(others,
                [&](const Uuid& other) { return other == member || contains(leaving_, other); });
  if (others.empty()) return true;
  if (!contains(leaving_, member) && leaving_.size() < LeaverCountMax) leaving_.push_back(member);
  work_timer_.arm_after(base::Duration::zero());
  return false;
}

void PartitionManager::tell_drained() {
  const PartitionTable& table = context_.held.table();
  for (const Uuid& member : leaving_) {
    const auto holds = [&](const VersionedRow& entry) { return entry.row.contains(member); };
    const bool is_drained = std::none_of(table.rows().begin(), table.rows().end(), holds);
    if (is_drained) context_.host.on_member_drained(member);
  }
}

// --- the table, told and heard ---

PartitionState PartitionManager::state_of(std::span<const std::uint32_t> partitions) const {
  PartitionState state;
  state.sender = context_.self();
  state.partition_count = context_.held.table().partition_count();
  for (const std::uint32_t partition : partitions) {
    state.rows.push_back(context_.held.table().rows()[partition]);
  }
  return state;
}

PartitionState PartitionManager::whole_state() const {
  PartitionState state = state_of({});
  const auto rows = context_.held.table().rows();
  state.rows.assign(rows.begin(), rows.end());
  return state;
}

void PartitionManager::publish(const PartitionState& state) {
  ConnectionManager& connections = context_.host.service_connections();
  const base::Message frame = connections.encoder().encode(state);
  for (const MemberInfo& member : context_.membership().view().members()) {
    if (!context_.is_self(member.uuid)) {
      connections.send(member.endpoint, frame, Delivery::Buffered);
    }
  }
}

void PartitionManager::publish_whole() {
  if (context_.membership().view().size() > 1) publish(whole_state());
}

void PartitionManager::publish_completed() {
  if (completed_.empty()) return;
  if (context_.membership().view().size() > 1) publish(state_of(completed_));
  completed_.clear();
}

void PartitionManager::on_publish_tick() {
  if (!context_.is_master()) return;
  publish_timer_.arm_after(context_.settings().partition_table_send_interval);
  if (role_ != Role::Master) return;
  const bool is_stuck =
      !migrations_.is_idle() &&
      context_.now() - last_progress_ > context_.settings().partition_migration_timeout;
  if (is_stuck) return repair();
  publish_whole();
}

void PartitionManager::on_state(Endpoint from, const PartitionState& state) {
  if (!context_.membership().is_joined() || from != context_.membership().master()) return;
  if (context_.is_master() || state.sender != context_.member_at(from)) return;
  update_role();
  adopt(state);
}

void PartitionManager::adopt(const PartitionState& state) {
  if (state.rows.empty() || state.partition_count == 0) return;
  context_.held.create_table(state.partition_count);
  if (state.partition_count != context_.held.table().partition_count()) return;
  bool changed = false;
  for (const VersionedRow& row : state.rows) changed = context_.held.adopt(row) || changed;
  if (!changed) return;
  mover_.on_rows_changed();
  listener_.on_partitions_changed();
}

}  // namespace splitscope::schemes
