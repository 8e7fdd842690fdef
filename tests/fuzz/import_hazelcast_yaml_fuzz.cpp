// Any bytes as a hazelcast.yaml.
#include "import_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  splitscope::fuzz::check_import("hazelcast.yaml", data, size);
  return 0;
}
