#include "scenarios/kit/worker_pool.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace splitscope::scenarios {

void run_parallel(std::size_t count, std::uint32_t jobs,
                  const std::function<void(std::size_t)>& work,
                  const std::function<void(std::size_t, std::size_t)>& progress) {
  const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
  const std::size_t threads = std::min<std::size_t>(jobs == 0 ? cores : jobs, count);
  std::atomic<std::size_t> next{0};
  std::size_t done = 0;
  std::mutex mutex;
  const auto loop = [&] {
    for (std::size_t index = next++; index < count; index = next++) {
      work(index);
      const std::lock_guard lock(mutex);
      ++done;
      if (progress) progress(done, count);
    }
  };
  std::vector<std::jthread> workers;
  for (std::size_t i = 1; i < threads; ++i) workers.emplace_back(loop);
  loop();
}

}  // namespace splitscope::scenarios
