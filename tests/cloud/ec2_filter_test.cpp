#include "cloud/ec2_filter.hpp"

#include <catch2/catch.hpp>

using namespace splitscope;
using namespace splitscope::cloud;

namespace {

bool is_match(std::vector<Ec2Filter> filters, bool has_tags = true) {
  Instance instance;
  instance.number = 1;
  instance.spec.address = base::ipv4(10, 0, 0, 1);
  instance.spec.tags = {{"role", "gateway"}};
  instance.spec.security_groups = {"hz-sg"};
  return matches(filters, {&instance, InstanceState::Running, has_tags});
}

}  // namespace

TEST_CASE("filters: AND between them, OR within, as written", "[cloud]") {
  CHECK(is_match({{"tag:role", {"other", "gateway"}}, {"instance-state-name", {"running"}}}));
  CHECK_FALSE(is_match({{"tag:role", {"gateway"}}, {"instance-state-name", {"stopped"}}}));
  CHECK_FALSE(is_match({{"tag:role", {"Gateway"}}}));
  CHECK(is_match({{"tag:role", {"gate*"}}}));
  CHECK(is_match({{"tag-key", {"role"}}, {"tag-value", {"gateway"}}}));
  CHECK(is_match({{"instance.group-name", {"hz-sg"}}, {"private-ip-address", {"10.0.0.?"}}}));
  CHECK_FALSE(is_match({{"tag-key", {"role"}}}, false));
  CHECK(is_match({}));
}

TEST_CASE("filters: wildcards", "[cloud]") {
  CHECK(matches_wildcards("", ""));
  CHECK(matches_wildcards("abc", "*"));
  CHECK(matches_wildcards("abc", "a*c"));
  CHECK(matches_wildcards("aXbXc", "a*b*c"));
  CHECK(matches_wildcards("abc", "a?c"));
  CHECK(matches_wildcards("a*c", "a\\*c"));
  CHECK_FALSE(matches_wildcards("abc", "a\\*c"));
  CHECK_FALSE(matches_wildcards("abc", "a*d"));
  CHECK_FALSE(matches_wildcards("abc", "ab"));
  CHECK_FALSE(matches_wildcards("", "?"));
  CHECK_FALSE(matches_wildcards(std::string(4000, 'a'), "*a*a*a*a*b"));
}

TEST_CASE("filters: read by their numbers, and no more than there may be", "[cloud]") {
  const std::vector<wire::QueryPair> pairs{{"Filter.2.Name", "b"},     {"Filter.2.Value.1", "2"},
                                           {"Filter.1.Name", "tag:a"}, {"Filter.1.Value.1", "1"},
                                           {"Filter.x.Name", "c"},     {"Action", "d"}};
  const std::vector<Ec2Filter> expected{{"tag:a", {"1"}}, {"b", {"2"}}};
  CHECK(read_filters(pairs) == expected);
  CHECK(unknown_filter(expected) == "b");
  std::vector<wire::QueryPair> many;
  for (std::size_t i = 1; i <= FiltersMax + 1; ++i) {
    many.emplace_back("Filter." + std::to_string(i) + ".Name", "tag-key");
  }
  for (std::size_t i = 0; i <= FilterValuesMax; ++i) many.emplace_back("Filter.1.Value.1", "v");
  const auto filters = read_filters(many);
  CHECK(filters.size() == FiltersMax);
  CHECK(filters.front().values.size() == FilterValuesMax);
}
