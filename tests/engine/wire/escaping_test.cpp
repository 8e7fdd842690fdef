#include "engine/wire/escaping.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "engine/wire/document.hpp"

using namespace splitscope::wire;

TEST_CASE("escaping: AWS's reserved characters are encoded, its others are not", "[engine][wire]") {
  CHECK(percent_encode("tag:a b+c*~") == "tag%3Aa%20b%2Bc%2A~");
  CHECK(percent_encode_path("/a b/") == "/a%20b/");
  CHECK(percent_decode("a%20b+c%2") == "a b+c%2");
  CHECK(percent_decode("%zz%4") == "%zz%4");
}

TEST_CASE("escaping: a query comes apart, and a plus is a blank in forms only", "[engine][wire]") {
  const auto pairs = parse_query("a=1+2&b&c=%26&&=x");
  REQUIRE(pairs.has_value());
  CHECK(*pairs == std::vector<QueryPair>{{"a", "1+2"}, {"b", ""}, {"c", "&"}, {"", "x"}});
  CHECK(parse_query("a=1+2", true)->front().second == "1 2");
  CHECK(parse_query("a&b", false, 2).has_value());
  CHECK_FALSE(parse_query("a&b&c", false, 2).has_value());
}

TEST_CASE("escaping: what is written is read back", "[engine][wire]") {
  REQUIRE(rc::check("queries", [](const std::string& name, const std::string& value) {
    const std::vector<QueryPair> pairs{{name, value}};
    RC_PRE(!name.empty() || !value.empty());
    const auto again = parse_query(write_query(pairs));
    RC_ASSERT(again.has_value() && *again == pairs);
  }));
  REQUIRE(rc::check("JSON", [](const std::vector<char>& letters) {
    std::string text;
    for (const char c : letters) text += static_cast<char>(c & 0x7f);
    const auto document = Document::read_json("[" + json_quoted(text) + "]");
    RC_ASSERT(document.has_value());
    RC_ASSERT(document->root().first().text() == text);
  }));
}

TEST_CASE("escaping: XML text keeps its meaning", "[engine][wire]") {
  const auto document = Document::read_xml("<a>" + xml_escaped("<x> & \"y\"") + "</a>");
  REQUIRE(document.has_value());
  CHECK(document->root().text() == "<x> & \"y\"");
}

TEST_CASE("escaping: hex has two small digits a byte", "[engine][wire]") {
  const std::byte bytes[] = {std::byte{0x0f}, std::byte{0xa7}};
  CHECK(hex(bytes) == "0fa7");
}
