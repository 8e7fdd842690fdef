#include "facts.hpp"

#include <algorithm>
#include <sstream>

#include <catch2/catch.hpp>

#include "engine/trace/trace_writer.hpp"

namespace splitscope::trace::test {

using base::EventKind;
using base::TraceEvent;

std::vector<TraceEvent> story() {
  using namespace std::chrono_literals;
  const std::uint64_t first = pack(First);
  const std::uint64_t second = pack(Second);
  const std::uint32_t run = base::NoNode.value;
  return {
      fact(EventKind::RunStarted, {0ms, 1, 0, run, 0}, {7}),
      fact(EventKind::ProcessStarted, {0ms, 2, 1}, {base::pack({First.address, 0})}),
      fact(EventKind::MemberStarting, {1ms, 3, 2}, {first, 11, 12}),
      fact(EventKind::ProcessStarted, {5ms, 4, 1, 1}, {base::pack({Second.address, 0})}),
      fact(EventKind::MemberStarting, {6ms, 5, 4, 1}, {second, 21, 22}),
      fact(EventKind::MasterChanged, {5'000ms, 6, 3}, {first, 11, 12}),
      fact(EventKind::MemberJoined, {5'000ms, 7, 6}, {first, 1}),
      fact(EventKind::ViewChanged, {5'000ms, 8, 7}, {1, 1, 0xabcd, first}),
      fact(EventKind::MasterChanged, {9'100ms, 9, 8, 1}, {first, 11, 12}),
      fact(EventKind::MemberJoined, {9'100ms, 10, 9, 1}, {first, 2}),
      fact(EventKind::ViewChanged, {9'100ms, 11, 10}, {2, 2, 0xbcde, first}),
      fact(EventKind::FaultApplied, {20'000ms, 12, 1, run, 0}, {0, 3}),
      fact(EventKind::ProcessPaused, {20'000ms, 13, 12, 1}),
      fact(EventKind::FaultTouched, {20'400ms, 14, 12, run, 0}, {0, 1}),
      fact(EventKind::HeartbeatMissed, {80'000ms, 15, 13}, {second, 60'000'000'000}),
      fact(EventKind::MemberSuspected, {80'000ms, 16, 15}, {second, 21, 22, 2}),
      fact(EventKind::MemberRemoved, {80'001ms, 17, 16}, {second, 21, 22, 1}),
      fact(EventKind::ViewChanged, {80'001ms, 18, 17}, {3, 1, 0xcdef, first}),
      fact(EventKind::FaultHealed, {90'000ms, 19, 1, run, 0}, {0}),
      fact(EventKind::ProcessResumed, {90'000ms, 20, 19, 1}),
      fact(EventKind::ExplicitSuspicion, {90'001ms, 21, 20, 1}, {first}),
      fact(EventKind::ProcessExited, {95'000ms, 22, 1, 1}, {1}),
  };
}

namespace {

TraceEvent any_fact() {
  static const std::vector<EventKind> kinds = [] {
    std::vector<EventKind> known;
    for (unsigned number = 0; number < 128; ++number) {
      const auto kind = static_cast<EventKind>(number);
      if (base::to_text(kind) != "unknown") known.push_back(kind);
    }
    return known;
  }();
  const auto word = [] {
    return *rc::gen::oneOf(
        rc::gen::arbitrary<std::uint64_t>(),
        rc::gen::element<std::uint64_t>(0, 1, 127, 128, ~std::uint64_t{0}, std::uint64_t{1} << 63));
  };
  TraceEvent event;
  event.time = base::Instant{base::Duration{static_cast<std::int64_t>(word())}};
  event.sequence = word();
  event.cause = word();
  event.node.value = static_cast<std::uint32_t>(word() % 5) - 1;
  event.incarnation.value = static_cast<std::uint32_t>(word());
  event.kind = *rc::gen::elementOf(kinds);
  event.flags = static_cast<std::uint16_t>(word());
  event.reserved = static_cast<std::uint32_t>(word());
  for (std::uint64_t& argument : event.arguments) argument = word();
  return event;
}

}  // namespace

rc::Gen<std::vector<TraceEvent>> any_facts() {
  return rc::gen::exec([] {
    std::vector<TraceEvent> facts(static_cast<std::size_t>(*rc::gen::inRange(0, 40)));
    for (TraceEvent& event : facts) event = any_fact();
    std::sort(facts.begin(), facts.end(),
              [](const TraceEvent& a, const TraceEvent& b) { return a.time < b.time; });
    return facts;
  });
}

std::string trace_bytes(const std::vector<TraceEvent>& facts) {
  std::ostringstream out;
  auto writer = TraceWriter::create(out, {{"scenario", "story"}});
  REQUIRE(writer.has_value());
  for (const TraceEvent& event : facts) writer->write(event);
  const auto finished = writer->finish();
  REQUIRE(finished.has_value());
  CHECK(*finished == facts.size());
  return out.str();
}

}  // namespace splitscope::trace::test
