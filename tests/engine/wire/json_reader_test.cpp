#include <catch2/catch.hpp>

#include "engine/wire/document.hpp"

using namespace splitscope::wire;

namespace {

std::string nested_arrays(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

}  // namespace

TEST_CASE("json: what is malformed, too deep or too large is an error", "[engine][wire]") {
  for (const char* text : {"", "{", "[1,]", "{\"a\":1}x", "1", "\"text\"", "null"}) {
    INFO(text);
    CHECK_FALSE(Document::read_json(text).has_value());
  }
  CHECK(Document::read_json(nested_arrays(Document::DepthMax)).has_value());
  CHECK_FALSE(Document::read_json(nested_arrays(Document::DepthMax + 1)).has_value());
  CHECK_FALSE(Document::read_json(std::string(Document::SizeMax + 1, ' ')).has_value());
  std::string many = "[0";
  for (std::size_t i = 0; i < Document::NodesMax; ++i) many += ",0";
  CHECK_FALSE(Document::read_json(many + "]").has_value());
}
