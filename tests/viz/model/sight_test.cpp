// Who sees whom at a moment.
#include "viz/model/sight.hpp"

#include "played_model.hpp"

using namespace splitscope;
using namespace splitscope::viz;
using namespace std::chrono_literals;
using test::play_model;

TEST_CASE("sight: a split has two blocks, and all see all before and after", "[viz][model]") {
  const RunModel model = play_model(test::SplitStory).model;
  const auto row = [&model](base::Instant at, std::size_t member) {
    return sight_at(model, at).rows[member];
  };
  const std::vector<Sight> all(3, Sight::Listed);
  CHECK(row(model.faults[0].begin, 0) == all);
  CHECK(row(model.end, 2) == all);
  const base::Instant healed = *model.faults[0].end;
  CHECK(row(healed, 0) == std::vector<Sight>{Sight::Listed, Sight::Listed, Sight::None});
  CHECK(row(healed, 2) == std::vector<Sight>{Sight::None, Sight::None, Sight::Listed});
  const SightTable split = sight_at(model, healed);
  CHECK(split.masters[0] == base::NodeId{0});
  CHECK(split.masters[2] == base::NodeId{2});
}

TEST_CASE("sight: a dead member sees nobody, and those who have not noticed list its former life",
          "[viz][model]") {
  const RunModel model = play_model(test::formed(3) + R"lua(
    pause("n3")
    run_for("5s")
  )lua")
                             .model;
  const SightTable table = sight_at(model, model.end);
  CHECK(table.rows[2] == std::vector<Sight>(3, Sight::None));
  CHECK(!table.is_live[2]);
  CHECK(table.masters[2] == base::NoNode);
  CHECK(table.rows[0][2] == Sight::Listed);
}
