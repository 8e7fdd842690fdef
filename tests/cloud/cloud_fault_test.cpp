#include "cloud/cloud_fault.hpp"

#include <catch2/catch.hpp>

using namespace splitscope;
using namespace splitscope::cloud;

TEST_CASE("cloud faults: strike by kind, action and caller, so often as they say", "[cloud]") {
  CloudFaults faults(base::Prng(1));
  const base::Ipv4 caller = base::ipv4(10, 0, 0, 1);
  const auto number =
      faults.add({.action = "A", .callers = {base::ipv4(10, 0, 0, 2), caller}, .first = 2});
  REQUIRE(number.has_value());
  CHECK(faults.strike(CloudFaultKind::Fail, "B", caller) == nullptr);
  CHECK(faults.strike(CloudFaultKind::Cut, "A", caller) == nullptr);
  CHECK(faults.strike(CloudFaultKind::Fail, "A", base::ipv4(10, 0, 0, 3)) == nullptr);
  CHECK(faults.strike(CloudFaultKind::Fail, "A", caller) != nullptr);
  CHECK(faults.strike(CloudFaultKind::Fail, "A", caller) != nullptr);
  CHECK(faults.strike(CloudFaultKind::Fail, "A", caller) == nullptr);
  CHECK(faults.touched(*number) == 2);
}

TEST_CASE("cloud faults: a rate is kept by chance, a removed fault strikes nobody", "[cloud]") {
  CloudFaults faults(base::Prng(1));
  const auto number = faults.add({.rate = base::Probability::from_ratio(1, 4)});
  for (int i = 0; i < 1000; ++i) (void)faults.strike(CloudFaultKind::Fail, "A", {});
  CHECK(faults.touched(*number) > 200);
  CHECK(faults.touched(*number) < 300);
  faults.remove(*number);
  CHECK(faults.strike(CloudFaultKind::Fail, "A", {}) == nullptr);
  CHECK_FALSE(faults.find(CloudFaultKind::Fail, "A", {}).has_value());
}

TEST_CASE("cloud faults: there are so many at most", "[cloud]") {
  CloudFaults faults(base::Prng(1));
  for (std::size_t i = 0; i < CloudFaults::FaultsMax; ++i) REQUIRE(faults.add({}).has_value());
  CHECK_FALSE(faults.add({}).has_value());
}
