// Any bytes as a deployment.toml.
#include "import_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  splitscope::fuzz::check_import("deployment.toml", data, size);
  return 0;
}
