#include "engine/real/real_resolver.hpp"

#include "tests/support/real_lab.hpp"

namespace splitscope::tests {
namespace {

class ResolvedNames final : public env::ResolveHandler {
 public:
  void on_resolved(std::string_view name, env::ResolveOutcome outcome,
                   std::span<const base::Ipv4> addresses) override {
    names.emplace_back(name);
    outcomes.push_back(outcome);
    last.assign(addresses.begin(), addresses.end());
  }
  std::vector<std::string> names;
  std::vector<env::ResolveOutcome> outcomes;
  std::vector<base::Ipv4> last;
};

struct Resolving {
  real::Loop loop;
  real::EventGate gate{loop};
  real::RealResolver resolver{gate};
  ResolvedNames answers;
};

}  // namespace

TEST_CASE("a literal address and a name are answered from the loop", "[real][resolver]") {
  Resolving r;
  r.resolver.resolve("10.1.2.3", r.answers);
  CHECK(r.answers.names.empty());
  REQUIRE(run_until(r.loop, [&r] { return r.answers.names.size() == 1; }));
  CHECK(r.answers.last == std::vector{base::ipv4(10, 1, 2, 3)});
  r.resolver.resolve("localhost", r.answers);
  REQUIRE(run_until(r.loop, [&r] { return r.answers.names.size() == 2; }));
  CHECK(r.answers.outcomes.back() == env::ResolveOutcome::Found);
  CHECK(r.answers.last.front().is_loopback());
}

TEST_CASE("a name that cannot be is not found", "[real][resolver]") {
  Resolving r;
  r.resolver.resolve("no such name", r.answers);
  REQUIRE(run_until(r.loop, [&r] { return r.answers.names.size() == 1; }));
  CHECK(r.answers.outcomes.back() != env::ResolveOutcome::Found);
  CHECK(r.answers.last.empty());
}

TEST_CASE("who was forgotten gets no answer", "[real][resolver]") {
  Resolving r;
  r.resolver.resolve("localhost", r.answers);
  r.resolver.resolve("10.1.2.3", r.answers);
  r.resolver.forget(r.answers);
  r.loop.run_for(50ms);
  CHECK(r.answers.names.empty());
}

TEST_CASE("names beyond the limit fail at once, and none is left without answer",
          "[real][resolver]") {
  Resolving r;
  for (std::size_t i = 0; i < real::RealResolver::PendingCountMax + 1; ++i) {
    r.resolver.resolve("localhost", r.answers);
  }
  REQUIRE(run_until(
      r.loop, [&r] { return r.answers.names.size() == real::RealResolver::PendingCountMax + 1; }));
  CHECK(std::count(r.answers.outcomes.begin(), r.answers.outcomes.end(),
                   env::ResolveOutcome::Failed) == 1);
}

}  // namespace splitscope::tests
