#include "conformance.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace splitscope::conformance {
namespace {

double to_seconds(base::Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

}  // namespace

void conform(const std::function<void(Arm&)>& body, base::Duration one_way) {
  const char* asked = std::getenv(ArmVariable);
  const bool on_kernel = asked != nullptr && std::string_view(asked) == "kernel";
  INFO((on_kernel ? "on the kernel" : "in the simulator"));
  body(on_kernel ? *make_kernel_arm(one_way) : *make_sim_arm(one_way));
}

void check_within(const Arm& arm, double seen, Range range) {
  const double slack = to_seconds(arm.slack());
  CAPTURE(slack);
  CHECK(seen >= range.low - slack);
  CHECK(seen <= range.high + slack);
}

void check_times(const Arm& arm, std::vector<double> seen, const std::vector<Range>& ranges,
                 double until) {
  CAPTURE(seen);
  std::erase_if(seen, [until](double at) { return at > until; });
  REQUIRE(seen.size() == ranges.size());
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    INFO("number " << i);
    check_within(arm, seen[i], ranges[i]);
  }
}

void check_whole_seconds(const Arm& arm, base::Duration seen) {
  const double whole = std::floor(to_seconds(seen) + 0.01);
  check_within(arm, seen, {whole, whole * 1.035 + 0.004});
}

void check_follows(const Arm& arm, base::Duration seen, const std::vector<double>& times) {
  CAPTURE(times);
  const auto after =
      std::ranges::find_if(times, [seen](double at) { return at > to_seconds(seen); });
  REQUIRE(after != times.begin());
  check_within(arm, to_seconds(seen) - *std::prev(after), {0.0004, 0.003});
}

}  // namespace splitscope::conformance
