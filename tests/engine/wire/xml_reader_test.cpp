#include <catch2/catch.hpp>

#include "engine/wire/document.hpp"

using namespace splitscope::wire;

namespace {

std::string nested_elements(std::size_t depth) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += "<a>";
  for (std::size_t i = 0; i < depth; ++i) text += "</a>";
  return text;
}

}  // namespace

TEST_CASE("xml: elements, local names, text and order", "[engine][wire]") {
  const auto document = Document::read_xml(
      "<?xml version='1.0'?><!-- x --><r xmlns:n='u'><n:i>1</n:i><i>2<b/>3</i><e/></r>");
  REQUIRE(document.has_value());
  const Node root = document->root();
  CHECK(root.name() == "r");
  CHECK(root.first().name() == "i");
  CHECK(root.first().text() == "1");
  CHECK(root.first().next().text() == "23");
  CHECK(root.first().next().child("b").exists());
  CHECK(root.child("e").text().empty());
  CHECK_FALSE(root.child("e").next().exists());
}

TEST_CASE("xml: what is malformed, too deep or too large is an error", "[engine][wire]") {
  for (const char* text : {"", "<a>", "<a></b>", "text", "<a/><b"}) {
    CHECK_FALSE(Document::read_xml(text).has_value());
  }
  CHECK(Document::read_xml(nested_elements(Document::DepthMax)).has_value());
  CHECK_FALSE(Document::read_xml(nested_elements(Document::DepthMax + 1)).has_value());
  CHECK_FALSE(Document::read_xml(std::string(Document::SizeMax + 1, ' ')).has_value());
}

TEST_CASE("xml: no entity of a document type is resolved", "[engine][wire]") {
  const auto document =
      Document::read_xml("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;&lt;</a>");
  REQUIRE(document.has_value());
  CHECK(document->root().text() == "&x;<");
}
