// Any text as a scenario script: the sandbox must hold, whatever it says.
#include <cstddef>
#include <cstdint>
#include <string>

#include "scenarios/script/play.hpp"

using namespace splitscope;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  scenarios::RunSpec spec;
  spec.script_path = "fuzz.lua";
  spec.script.assign(reinterpret_cast<const char*>(data), size);
  scenarios::PlayOptions options;
  options.script.instructions_max = 20'000;
  options.run_limit = std::chrono::seconds{60};
  (void)scenarios::play(spec, options);
  return 0;
}
