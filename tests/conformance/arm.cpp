#include "arm.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "engine/wire/frame.hpp"

namespace splitscope::conformance {
namespace {

double seconds(base::Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

}  // namespace

std::size_t Record::count(std::string_view what) const {
  return static_cast<std::size_t>(std::ranges::count(log, what, &Entry::what));
}

std::vector<base::Instant> Record::times(std::string_view what) const {
  std::vector<base::Instant> result;
  for (const Entry& entry : log) {
    if (entry.what == what) result.push_back(entry.at);
  }
  return result;
}

base::Instant Record::last(std::string_view what) const {
  const std::vector<base::Instant> all = times(what);
  return all.empty() ? base::RunStart : all.back();
}

bool Record::is_in_order() const {
  for (std::size_t i = 0; i < counters.size(); ++i) {
    if (counters[i] != i) return false;
  }
  return true;
}

// --- Station ---

void Station::start() {
  if (!options_.listens) return note("started");
  const auto listening = transport().listen(Port, options_.backlog, *this);
  note(listening.has_value() ? "listening" : "port in use");
}

void Station::note(std::string what) {
  record_.log.push_back({environment_.clock.now(), std::move(what)});
}

void Station::on_connected(base::Endpoint, env::ConnectionId connection) {
  record_.connections.push_back(connection);
  note("connected");
}

void Station::on_accepted(base::Endpoint peer, env::ConnectionId connection) {
  record_.connections.push_back(connection);
  record_.accepted_from.push_back(peer);
  note("accepted");
}

void Station::on_message(env::ConnectionId, const base::Message& frame) {
  const auto header = wire::read_frame_header(frame.bytes());
  REQUIRE(header.has_value());
  record_.counters.push_back(header->counter);
  note("message");
}

void Station::on_closed(env::ConnectionId, env::CloseReason reason) {
  note(std::string(env::to_text(reason)));
}

void Station::on_writable(env::ConnectionId) {
  note("writable");
}

void Station::on_datagram(base::Endpoint, const base::Message& datagram) {
  const auto header = wire::read_frame_header(datagram.bytes());
  REQUIRE(header.has_value());
  record_.counters.push_back(header->counter);
  note("datagram");
}

base::Message Station::frame(std::size_t size) {
  wire::begin_frame(writer_, 7, 0, next_counter_++);
  while (writer_.bytes().size() < size) writer_.u8(0);
  wire::finish_frame(writer_);
  return transport().messages().make(writer_.bytes());
}

// --- what bodies say ---

void Arm::connect(HostNumber from, base::Endpoint to, base::Duration timeout) {
  with(from,
       [to, timeout](Station& station) { station.transport().connect(to, timeout, station); });
}

env::SendOutcome Arm::send(HostNumber host, std::size_t size) {
  env::SendOutcome outcome = env::SendOutcome::Gone;
  REQUIRE_FALSE(record(host).connections.empty());
  with(host, [&](Station& station) {
    outcome = station.transport().send(record(host).connections.back(), station.frame(size));
  });
  return outcome;
}

std::size_t Arm::send_until_full(HostNumber host, std::size_t size, std::size_t limit) {
  std::size_t taken = 0;
  REQUIRE_FALSE(record(host).connections.empty());
  with(host, [&](Station& station) {
    const env::ConnectionId connection = record(host).connections.back();
    const base::Message message = station.frame(size);
    while (taken < limit &&
           station.transport().send(connection, message) == env::SendOutcome::Queued) {
      ++taken;
    }
  });
  return taken;
}

bool Arm::run_until(const std::function<bool()>& condition, base::Duration limit) {
  const base::Instant end = now() + limit;
  while (!condition()) {
    if (now() >= end) return false;
    run_for(1ms);
  }
  return true;
}

bool Arm::wait_for(HostNumber host, std::string_view what, std::size_t count,
                   base::Duration limit) {
  return run_until([&] { return record(host).count(what) >= count; }, limit);
}

void Arm::connect_pair() {
  add_host({});
  add_host({.listens = true});
  connect(0, 1);
  REQUIRE(wait_for(0, "connected", 1, 3s));
  REQUIRE(wait_for(1, "accepted", 1, 3s));
}

void Arm::exchange(int count) {
  for (int i = 0; i < count; ++i) {
    for (const HostNumber host : {0U, 1U}) {
      const std::size_t heard = record(1 - host).counters.size();
      send(host);
      REQUIRE(run_until([&] { return record(1 - host).counters.size() > heard; }, 3s));
    }
  }
}

void Arm::warm_up(std::size_t count) {
  for (std::size_t i = 1; i <= count; ++i) {
    send(0);
    REQUIRE(wait_for(1, "message", i, 3s));
    run_for(50ms);
  }
}

net::RuleId Arm::cut(HostNumber from, HostNumber to, bool both_ways) {
  net::PacketRule rule;
  rule.action = net::PacketRule::Action::Cut;
  rule.match.from = net::AddressSet({address(from)});
  rule.match.to = net::AddressSet({address(to)});
  rule.match.both_ways = both_ways;
  return install(rule);
}

net::RuleId Arm::reject(net::RejectKind kind) {
  net::PacketRule rule;
  rule.action = net::PacketRule::Action::Reject;
  rule.reject = kind;
  rule.match.from = net::AddressSet({address(0)});
  rule.match.both_ways = false;
  return install(rule);
}

void Arm::send_lost() {
  const base::Instant since = base::RunStart;
  const std::size_t before = data_times(0, since).size();
  const net::RuleId rule = cut(0, 1, false);
  send(0);
  REQUIRE(run_until([&] { return data_times(0, since).size() > before; }, 1s));
  remove(rule);
}

std::vector<double> Arm::data_times(HostNumber from, base::Instant since) const {
  std::vector<double> result;
  for (const Segment& segment : segments()) {
    if (segment.from != from || segment.length == 0 || segment.at < since) continue;
    result.push_back(seconds(segment.at - since));
  }
  return result;
}

std::vector<double> Arm::flag_times(HostNumber from, std::uint8_t flag, base::Instant since) const {
  std::vector<double> result;
  for (const Segment& segment : segments()) {
    if (segment.from != from || (segment.flags & flag) == 0 || segment.at < since) continue;
    result.push_back(seconds(segment.at - since));
  }
  return result;
}

}  // namespace splitscope::conformance
