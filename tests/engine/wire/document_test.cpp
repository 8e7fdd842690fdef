#include "engine/wire/document.hpp"

#include <catch2/catch.hpp>

using namespace splitscope::wire;

TEST_CASE("documents: what is not there is a missing node, however far one asks",
          "[engine][wire]") {
  const auto document = Document::read_json(R"({"a":{"b":[1,"two",true,null]}})");
  REQUIRE(document.has_value());
  const Node root = document->root();
  CHECK(root.kind() == NodeKind::Object);
  CHECK(root.at("x", "y", "z").kind() == NodeKind::Missing);
  CHECK(root.at("x", "y").text().empty());
  CHECK_FALSE(root.next().exists());

  Node item = root.at("a", "b").first();
  CHECK(item.text() == "1");
  item = item.next();
  CHECK((item.text() == "two" && item.kind() == NodeKind::Text));
  item = item.next();
  CHECK((item.text() == "true" && item.kind() == NodeKind::Flag));
  item = item.next();
  CHECK(item.kind() == NodeKind::Null);
  CHECK_FALSE(item.next().exists());
}

TEST_CASE("documents: a full builder takes no more", "[engine][wire]") {
  DocumentBuilder builder;
  const auto root = builder.add(std::nullopt, NodeKind::Array, "");
  for (std::size_t i = 1; i < Document::NodesMax; ++i) {
    REQUIRE(builder.add(root, NodeKind::Null, "").has_value());
  }
  CHECK_FALSE(builder.add(root, NodeKind::Null, "").has_value());
}
