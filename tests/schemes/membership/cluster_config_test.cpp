#include "schemes/membership/cluster_config.hpp"

#include <catch2/catch.hpp>

using namespace splitscope::schemes;

TEST_CASE("configuration: engines and schemes have the names that users write",
          "[schemes][membership]") {
  CHECK(engine_named("hz-5.3") == Engine::Hz53);
  CHECK(engine_named("hz-3.12") == Engine::Hz312);
  CHECK(engine_named("hz-3.5") == Engine::Hz35);
  CHECK_FALSE(engine_named("hz-9").has_value());
  CHECK(to_text(Engine::Hz53) == "hz-5.3");
  CHECK(to_text(SchemeKind::Ecs) == "aws-ecs");
}

TEST_CASE("configuration: merge policies have names", "[schemes][membership]") {
  for (const auto policy :
       {MergePolicy::PutIfAbsent, MergePolicy::LatestUpdate, MergePolicy::HigherHits,
        MergePolicy::PassThrough, MergePolicy::Discard}) {
    CHECK(merge_policy_named(to_text(policy)) == policy);
  }
  CHECK_FALSE(merge_policy_named("newest").has_value());
}
