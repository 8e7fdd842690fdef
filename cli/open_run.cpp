#include "cli/open_run.hpp"

#include <cstdio>

#include "engine/trace/trace_reader.hpp"

namespace splitscope::cli {

base::Result<viz::RunModel> open_run(const std::string& command, const std::string& path) {
  auto reader = trace::TraceReader::open(path);
  if (!reader) return std::unexpected(reader.error());
  auto loaded = viz::load_run(*reader);
  if (!loaded) return base::failure(path + ": " + loaded.error().message);
  if (!loaded->damage.empty()) {
    std::fprintf(stderr, "splitscope %s: %s; the rest is taken\n", command.c_str(),
                 loaded->damage.c_str());
  }
  return std::move(loaded->model);
}

}  // namespace splitscope::cli
