#include "engine/trace/event_text.hpp"

#include <catch2/catch.hpp>

#include "facts.hpp"

using namespace splitscope;
using namespace splitscope::trace;
using base::EventKind;
using test::fact;
using namespace std::chrono_literals;

namespace {

class Reasons final : public CodeText {
 public:
  std::string_view text_of(CodeSet set, std::uint64_t code) const override {
    return set == CodeSet::SuspicionReason && code == 2 ? "heartbeat" : "";
  }
};

}  // namespace

TEST_CASE("event text: one line names the arguments and unpacks them", "[engine][trace]") {
  const base::TraceEvent suspected =
      fact(EventKind::MemberSuspected, {12'345ms, 1, 0, 1}, {pack(test::First), 1, 2, 2});
  const std::string uuid = "00000000-0000-0001-0000-000000000002";
  CHECK(to_line(suspected) ==
        "12.345s n2 member_suspected member=10.0.0.1:5701 uuid=" + uuid + " reason=2");
  CHECK(to_line(suspected, std::make_unique<Reasons>().get()) ==
        "12.345s n2 member_suspected member=10.0.0.1:5701 uuid=" + uuid + " reason=heartbeat");
  CHECK(to_line(fact(EventKind::HeartbeatMissed, {1s}, {pack(test::Second), 60'000'000'000})) ==
        "1.000s n1 heartbeat_missed member=10.0.0.2:5701 since_last=1m");
  CHECK(to_line(fact(EventKind::ViewChanged, {1s}, {3, 2, 0xabc, pack(test::First)})) ==
        "1.000s n1 view_changed version=3 size=2 hash=0000000000000abc master=10.0.0.1:5701");
  CHECK(to_line(fact(EventKind::FaultHealed, {1s, 1, 0, base::NoNode.value}, {4})) ==
        "1.000s run fault_healed fault=4");
}

TEST_CASE("event text: exit reasons are words, codes beyond them numbers", "[engine][trace]") {
  CHECK(to_line(fact(EventKind::ProcessExited, {}, {1})) ==
        "0.000s n1 process_exited reason=killed");
  CHECK(to_line(fact(EventKind::ProcessExited, {}, {77})) == "0.000s n1 process_exited reason=77");
}

TEST_CASE("event text: signed numbers read as such, even the most negative", "[engine][trace]") {
  const auto minus = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  CHECK(to_line(fact(EventKind::ClockStepped, {}, {minus(-1'500'000'000)})) ==
        "0.000s n1 clock_stepped step=-1.500s");
  CHECK(to_line(fact(EventKind::ClockDrifts, {}, {minus(-20)})) ==
        "0.000s n1 clock_drifts parts_per_billion=-20");
  CHECK(!to_line(fact(EventKind::ClockStepped, {}, {std::uint64_t{1} << 63})).empty());
}

TEST_CASE("event text: a kind that is not known shows its number and arguments",
          "[engine][trace]") {
  CHECK(to_line(fact(static_cast<EventKind>(4'000), {}, {0, 5})) ==
        "0.000s n1 kind4000 argument2=5");
}

TEST_CASE("event text: no kind names more arguments than a fact has", "[engine][trace]") {
  for (unsigned number = 0; number < 1'000; ++number) {
    std::size_t words = 0;
    for (const Argument& argument : arguments_of(static_cast<EventKind>(number))) {
      CHECK(!argument.name.empty());
      words += argument.kind == ArgumentKind::Uuid ? 2 : 1;
      CHECK((argument.kind == ArgumentKind::Code) == (argument.codes != CodeSet::None));
    }
    CHECK(words <= 4);
  }
}
