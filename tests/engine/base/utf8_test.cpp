#include "engine/base/utf8.hpp"

#include <catch2/catch.hpp>

using splitscope::base::well_formed_utf8;

TEST_CASE("utf8: well-formed text stays, other bytes become the replacement", "[engine][base]") {
  CHECK(well_formed_utf8("n1 → n2 é 😀") == "n1 → n2 é 😀");
  CHECK(well_formed_utf8("a\xD7") == "a\uFFFD");
  CHECK(well_formed_utf8("\xff\x80z") == "\uFFFD\uFFFDz");
  CHECK(well_formed_utf8("\xC0\xAF") == "\uFFFD\uFFFD");            // longer than needed
  CHECK(well_formed_utf8("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");  // a surrogate
  CHECK(well_formed_utf8("\xF4\x90\x80\x80") == "\uFFFD\uFFFD\uFFFD\uFFFD");
  CHECK(well_formed_utf8("\xF4\x8F\xBF\xBF") == "\xF4\x8F\xBF\xBF");  // the last code point
  CHECK(well_formed_utf8("").empty());
}
