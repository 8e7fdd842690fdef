// Any bytes as a axis2.xml.
#include "import_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  splitscope::fuzz::check_import("axis2.xml", data, size);
  return 0;
}
