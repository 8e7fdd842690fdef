#include "engine/sim/small_queue.hpp"

#include <deque>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "engine/base/prng.hpp"

using splitscope::base::Prng;
using splitscope::sim::SmallQueue;

namespace {

void require_equal(const SmallQueue<int>& queue, const std::deque<int>& model) {
  RC_ASSERT(queue.size() == model.size());
  RC_ASSERT(queue.is_empty() == model.empty());
  for (std::size_t at = 0; at < model.size(); ++at) RC_ASSERT(queue[at] == model[at]);
}

}  // namespace

TEST_CASE("small queue: it holds what a deque would", "[engine][sim]") {
  REQUIRE(rc::check([](std::uint64_t seed) {
    Prng random(seed);
    SmallQueue<int> queue;
    std::deque<int> model;
    for (int step = 0; step < 2000; ++step) {
      const std::uint64_t act = random.below(100);
      if (act < 52) {
        queue.push_back(step);
        model.push_back(step);
      } else if (act < 96 && !model.empty()) {
        RC_ASSERT(queue.pop_front() == model.front());
        model.pop_front();
      } else if (act < 99 && !model.empty()) {
        const auto index = static_cast<std::size_t>(random.below(model.size()));
        const auto count = static_cast<std::size_t>(random.below(model.size() - index + 1));
        queue.erase(index, count);
        const auto first = model.begin() + static_cast<std::ptrdiff_t>(index);
        model.erase(first, first + static_cast<std::ptrdiff_t>(count));
      } else if (act == 99) {
        queue.clear();
        model.clear();
      }
      require_equal(queue, model);
    }
  }));
}

TEST_CASE("small queue: what is spent is not kept, however long it is never empty",
          "[engine][sim]") {
  SmallQueue<int> queue;
  queue.push_back(0);
  for (int step = 1; step < 100'000; ++step) {
    queue.push_back(step);
    REQUIRE(queue.pop_front() == step - 1);
  }
  CHECK(queue.kept() <= 1000);
}
