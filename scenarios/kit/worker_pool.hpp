// Many independent runs on a few threads. What each index computes depends on the index alone, so
// the result is the same whatever the number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

namespace splitscope::scenarios {

// Calls `work` once for each index below `count`, on `jobs` threads (0 = one a core), in no
// particular order. `progress` is called with the number done, one call at a time, from the thread
// that finished. `work` must touch nothing that another index touches.
void run_parallel(std::size_t count, std::uint32_t jobs,
                  const std::function<void(std::size_t index)>& work,
                  const std::function<void(std::size_t done, std::size_t total)>& progress = {});

}  // namespace splitscope::scenarios
