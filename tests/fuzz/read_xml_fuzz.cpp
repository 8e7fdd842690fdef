// XML from outside: any bytes are an error or a document whose every node can be reached.
#include <cstddef>
#include <cstdint>

#include "engine/wire/document.hpp"

using namespace splitscope::wire;

namespace {

std::size_t count(const Node& node, std::size_t depth) {
  if (depth > Document::DepthMax) __builtin_trap();
  std::size_t nodes = 1;
  for (Node child = node.first(); child.exists(); child = child.next()) {
    if (!node.child(child.name()).exists()) __builtin_trap();
    nodes += count(child, depth + 1);
  }
  return nodes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto document = Document::read_xml(text);
  if (document && count(document->root(), 1) > Document::NodesMax) __builtin_trap();
  return 0;
}
