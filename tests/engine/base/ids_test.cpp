#include "engine/base/ids.hpp"

#include <catch2/catch.hpp>

using splitscope::base::to_text;
using splitscope::base::Uuid;

TEST_CASE("uuids: the text has its five groups", "[engine][base]") {
  CHECK(to_text(Uuid{0x0123456789abcdef, 0xfedcba9876543210}) ==
        "01234567-89ab-cdef-fedc-ba9876543210");
  CHECK(to_text(Uuid{}) == "00000000-0000-0000-0000-000000000000");
  CHECK(Uuid{}.is_nil());
}

TEST_CASE("uuids: order is that of the unsigned value", "[engine][base]") {
  CHECK(Uuid{1, 0} < Uuid{0x8000'0000'0000'0000, 0});
  CHECK(Uuid{1, 5} < Uuid{1, 6});
}
