// Any bytes as a hazelcast.xml.
#include "import_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  splitscope::fuzz::check_import("hazelcast.xml", data, size);
  return 0;
}
