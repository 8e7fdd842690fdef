#include "scenarios/incident/clock_alignment.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace splitscope;
using namespace splitscope::scenarios::incident;
using base::Duration;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr base::WallTime Noon{seconds{1'714'564'800}};

// The view of that version as the member with this clock logs it.
LogEvent view(std::uint64_t version, base::WallTime at) {
  LogEvent event;
  event.kind = LogKind::View;
  event.has_time = true;
  event.time = at;
  event.version = version;
  event.members = {{{"10.0.0.1", 5701}, {1, 1}, false}, {{"10.0.0.2", 5701}, {2, 2}, false}};
  return event;
}

MemberLog log_of(const std::vector<LogEvent>& events) {
  MemberLog log;
  log.resolution = milliseconds{1};
  log.events = events;
  return log;
}

}  // namespace

TEST_CASE("a clock that is ahead is found by the views both members logged", "[incident]") {
  std::vector<LogEvent> a;
  std::vector<LogEvent> b;
  for (std::uint64_t i = 0; i < 5; ++i) {
    const base::WallTime at = Noon + seconds{static_cast<std::int64_t>(i) * 10};
    a.push_back(view(i, at));
    b.push_back(view(i, at + seconds{37} + milliseconds{static_cast<std::int64_t>(i)}));
  }
  const auto clocks = align_clocks({log_of(a), log_of(b)});
  CHECK(clocks[0].ahead == Duration::zero());
  CHECK(clocks[1].ahead == seconds{37} + milliseconds{2});
  CHECK(clocks[1].uncertainty <= milliseconds{2});
  CHECK(clocks[1].shared_count == 5);
}

TEST_CASE("one member that reads a view late does not move its clock", "[incident]") {
  std::vector<LogEvent> a;
  std::vector<LogEvent> b;
  for (std::uint64_t i = 0; i < 7; ++i) {
    a.push_back(view(i, Noon + seconds{static_cast<std::int64_t>(i)}));
    b.push_back(view(i, Noon + seconds{static_cast<std::int64_t>(i)} + milliseconds{20}));
  }
  b[6].time += seconds{25};  // it stood still
  CHECK(align_clocks({log_of(a), log_of(b)})[1].ahead == milliseconds{20});
}

TEST_CASE("with one shared event, or whole seconds, the doubt is a second or more", "[incident]") {
  const auto one = align_clocks({log_of({view(1, Noon)}), log_of({view(1, Noon)})});
  CHECK(one[1].is_aligned);
  CHECK(one[1].uncertainty >= seconds{1});
  MemberLog coarse = log_of({view(1, Noon), view(2, Noon), view(3, Noon)});
  coarse.resolution = seconds{1};
  CHECK(align_clocks({coarse, coarse})[1].uncertainty >= seconds{1});
}

TEST_CASE("a log that shares nothing keeps its times and says so", "[incident]") {
  const auto clocks =
      align_clocks({log_of({view(1, Noon)}), log_of({view(1, Noon)}), log_of({view(9, Noon)})});
  CHECK(clocks[1].is_aligned);
  CHECK_FALSE(clocks[2].is_aligned);
  CHECK(clocks[2].ahead == Duration::zero());
  CHECK(align_clocks({}).empty());
}

TEST_CASE("logs are joined through others where they share nothing themselves", "[incident]") {
  const auto clocks =
      align_clocks({log_of({view(1, Noon)}), log_of({view(1, Noon + seconds{5}), view(2, Noon)}),
                    log_of({view(2, Noon + seconds{7})})});
  CHECK(clocks[2].aligned_by == 1);
  CHECK(clocks[2].ahead == seconds{12});
}

TEST_CASE("the two ends of a connection are a shared event", "[incident]") {
  LogEvent end;
  end.kind = LogKind::ConnectionOpened;
  end.has_time = true;
  end.time = Noon;
  end.subject = {"10.0.0.2", 5701};
  end.other = {"10.0.0.1", 40'123};
  LogEvent other_end = end;
  std::swap(other_end.subject, other_end.other);
  other_end.time += seconds{3};
  CHECK(align_clocks({log_of({end}), log_of({other_end})})[1].ahead == seconds{3});
}

TEST_CASE("a clock that moves during the log is noticed", "[incident]") {
  std::vector<LogEvent> a;
  std::vector<LogEvent> b;
  for (std::uint64_t i = 0; i < 10; ++i) {
    const base::WallTime at = Noon + seconds{static_cast<std::int64_t>(i)};
    a.push_back(view(i, at));
    b.push_back(view(i, at + (i < 5 ? seconds{0} : seconds{8})));
  }
  CHECK(align_clocks({log_of(a), log_of(b)})[1].drift == seconds{8});
}

TEST_CASE("whatever the skew and the delays, the clock is within its doubt", "[incident]") {
  REQUIRE(rc::check("skew", [] {
    const Duration skew = milliseconds{*rc::gen::inRange<std::int64_t>(-100'000'000, 100'000'000)};
    std::vector<LogEvent> a;
    std::vector<LogEvent> b;
    for (std::uint64_t i = 0; i < 11; ++i) {
      const base::WallTime at = Noon + seconds{static_cast<std::int64_t>(i)};
      a.push_back(view(i, at + milliseconds{*rc::gen::inRange<std::int64_t>(0, 300)}));
      b.push_back(view(i, at + skew + milliseconds{*rc::gen::inRange<std::int64_t>(0, 300)}));
    }
    const auto clocks = align_clocks({log_of(a), log_of(b)});
    RC_ASSERT(std::chrono::abs(clocks[1].ahead - skew) <= milliseconds{300});
  }));
}
