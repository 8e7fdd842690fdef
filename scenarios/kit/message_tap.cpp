#include "scenarios/kit/message_tap.hpp"

#include <algorithm>

#include "engine/base/assert.hpp"
#include "engine/wire/frame.hpp"

namespace splitscope::scenarios {
namespace {

constexpr std::size_t WaitingMax = 10'000;  // of one connection; beyond it messages are dropped

bool names(const Members& members, base::NodeId node) {
  return members.empty() || std::binary_search(members.begin(), members.end(), node);
}

std::uint16_t type_of(const base::Message& frame) {
  const auto header = wire::read_frame_header(frame.bytes());
  return header.has_value() ? header->type : std::uint16_t{0};
}

MessageFaults::Action action_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::DropMessage:
      return MessageFaults::Action::Drop;
    case FaultKind::DelayMessage:
      return MessageFaults::Action::Delay;
    case FaultKind::DuplicateMessage:
      return MessageFaults::Action::Duplicate;
    case FaultKind::HoldMessage:
      return MessageFaults::Action::Hold;
    default:
      SPLITSCOPE_UNREACHABLE();
  }
}

}  // namespace

void MessageFaults::remove(FaultId fault) {
  for (const Rule& rule : rules_) {
    if (rule.fault == fault) removed_[fault] += rule.touched;
  }
  std::erase_if(rules_, [fault](const Rule& rule) { return rule.fault == fault; });
}

MessageFaults::Decision MessageFaults::decide(std::uint16_t type, base::NodeId from,
                                              base::NodeId to) {
  for (std::size_t index = 0; index < rules_.size(); ++index) {
    Rule& rule = rules_[index];
    if (rule.type != 0 && rule.type != type) continue;
    if (!names(rule.from, from) || !names(rule.to, to)) continue;
    ++rule.matched;
    if (rule.nth != 0 && rule.matched != rule.nth) continue;
    if (rule.first != 0 && rule.matched > rule.first) continue;
    ++rule.touched;
    return {action_of(rule.kind), rule.delay, index};
  }
  return {};
}

std::uint64_t MessageFaults::touched(FaultId fault) const {
  std::uint64_t sum = 0;
  if (const auto found = removed_.find(fault); found != removed_.end()) sum = found->second;
  for (const Rule& rule : rules_) {
    if (rule.fault == fault) sum += rule.touched;
  }
  return sum;
}

bool MessageFaults::is_holding(FaultId fault) const {
  return std::any_of(rules_.begin(), rules_.end(),
                     [fault](const Rule& rule) { return rule.fault == fault; });
}

MessageTap::MessageTap(env::Environment below, base::NodeId self, MessageFaults& faults,
                       MemberDirectory& directory)
    : below_(below),
      self_(self),
      faults_(faults),
      directory_(directory),
      timer_(below.timers, base::Callback::to<&MessageTap::deliver_due>(*this)) {}

std::span<const base::Ipv4> MessageTap::local_addresses() const {
  return below_.transport.local_addresses();
}

base::MessagePool& MessageTap::messages() {
  return below_.transport.messages();
}

base::Result<void> MessageTap::listen(std::uint16_t port, std::uint32_t backlog,
                                      env::ConnectionHandler& handler) {
  SPLITSCOPE_ASSERT(handler_ == nullptr || handler_ == &handler);
  handler_ = &handler;
  return below_.transport.listen(port, backlog, *this);
}

env::ConnectionId MessageTap::connect(base::Endpoint peer, base::Duration timeout,
                                      env::ConnectionHandler& handler) {
  SPLITSCOPE_ASSERT(handler_ == nullptr || handler_ == &handler);
  handler_ = &handler;
  return below_.transport.connect(peer, timeout, *this);
}

env::SendOutcome MessageTap::send(env::ConnectionId connection, const base::Message& frame) {
  const env::SendOutcome outcome = below_.transport.send(connection, frame);
  if (outcome == env::SendOutcome::Queued) count(frame);
  return outcome;
}

void MessageTap::expect_send(env::ConnectionId connection) const {
  below_.transport.expect_send(connection);
}

void MessageTap::close(env::ConnectionId connection) {
  forget(connection);
  below_.transport.close(connection);
}

base::Result<void> MessageTap::join_group(const env::MulticastOptions& options,
                                          env::DatagramHandler& handler) {
  return below_.transport.join_group(options, handler);
}

void MessageTap::leave_group(base::Endpoint group) {
  below_.transport.leave_group(group);
}

void MessageTap::send_multicast(const env::MulticastOptions& options,
                                const base::Message& datagram) {
  // A datagram may carry a byte before the frame; its type is read where the frame begins.
  below_.transport.send_multicast(options, datagram);
  count(datagram);
}

base::Result<void> MessageTap::bind_datagram(std::uint16_t port, env::DatagramHandler& handler) {
  return below_.transport.bind_datagram(port, handler);
}

void MessageTap::send_datagram(std::uint16_t from_port, base::Endpoint to,
                               const base::Message& datagram) {
  below_.transport.send_datagram(from_port, to, datagram);
  count(datagram);
}

void MessageTap::count(const base::Message& frame) {
  const std::uint16_t type = type_of(frame);
  faults_.count_sent(type, frame.size());
  directory_.on_message_sent(type, self_);
}

void MessageTap::on_connected(base::Endpoint peer, env::ConnectionId connection) {
  links_.push_back({connection, directory_.node_at(peer), {}});
  handler_->on_connected(peer, connection);
}

void MessageTap::on_accepted(base::Endpoint peer, env::ConnectionId connection) {
  links_.push_back({connection, directory_.node_at(peer), {}});
  handler_->on_accepted(peer, connection);
}

void MessageTap::on_message(env::ConnectionId connection, const base::Message& frame) {
  if (faults_.is_empty()) [[likely]] {
    handler_->on_message(connection, frame);
    return;
  }
  Link& from = link(connection);
  const MessageFaults::Decision decision = faults_.decide(type_of(frame), from.peer, self_);
  if (decision.action == MessageFaults::Action::Drop) return;
  const bool waits = decision.action == MessageFaults::Action::Delay ||
                     decision.action == MessageFaults::Action::Hold;
  if (waits || !from.waiting.empty()) {
    if (from.waiting.size() >= WaitingMax) return;
    Waiting waiting{frame, below_.clock.now() + decision.delay,
                    decision.action == MessageFaults::Action::Hold, FaultId{}};
    if (waits) waiting.fault = faults_.fault_of(decision.rule);
    from.waiting.push_back(std::move(waiting));
    arm_for_waiting();
    return;
  }
  handler_->on_message(connection, frame);
  if (decision.action == MessageFaults::Action::Duplicate) {
    handler_->on_message(connection, frame);
  }
}

void MessageTap::on_closed(env::ConnectionId connection, env::CloseReason reason) {
  forget(connection);
  handler_->on_closed(connection, reason);
}

void MessageTap::on_writable(env::ConnectionId connection) {
  handler_->on_writable(connection);
}

void MessageTap::expect_message(env::ConnectionId connection, base::Ipv4 peer) const {
  handler_->expect_message(connection, peer);
}

void MessageTap::release_held() {
  timer_.arm_after(base::Duration::zero());
}

MessageTap::Link& MessageTap::link(env::ConnectionId connection) {
  const auto found = std::find_if(links_.begin(), links_.end(), [connection](const Link& link) {
    return link.connection == connection;
  });
  SPLITSCOPE_ASSERT(found != links_.end());
  return *found;
}

void MessageTap::forget(env::ConnectionId connection) {
  std::erase_if(links_, [connection](const Link& link) { return link.connection == connection; });
}

// The head of each connection's queue decides: what is behind a delayed or held message waits too.
void MessageTap::deliver_due() {
  for (std::size_t at = 0; at < links_.size(); ++at) {
    const env::ConnectionId connection = links_[at].connection;
    while (at < links_.size() && links_[at].connection == connection &&
           !links_[at].waiting.empty()) {
      const Waiting& head = links_[at].waiting.front();
      if (head.held && faults_.is_holding(head.fault)) break;
      if (head.due > below_.clock.now()) break;
      const base::Message frame = head.frame;
      links_[at].waiting.erase(links_[at].waiting.begin());
      handler_->on_message(connection, frame);
    }
  }
  arm_for_waiting();
}

void MessageTap::arm_for_waiting() {
  base::Instant next = base::EndOfTime;
  for (const Link& link : links_) {
    if (link.waiting.empty()) continue;
    const Waiting& head = link.waiting.front();
    if (head.held && faults_.is_holding(head.fault)) continue;
    next = std::min(next, head.due);
  }
  if (next != base::EndOfTime) timer_.arm_at(next);
}

}  // namespace splitscope::scenarios
