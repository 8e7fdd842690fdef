#include "engine/real/close_reasons.hpp"

#include <cerrno>

#include <catch2/catch.hpp>

namespace splitscope::real {

using env::CloseReason;

TEST_CASE("what connect() ends with", "[real][reasons]") {
  CHECK(reason_of_connect(ECONNREFUSED) == CloseReason::Refused);
  CHECK(reason_of_connect(ETIMEDOUT) == CloseReason::TimedOut);
  CHECK(reason_of_connect(EHOSTUNREACH) == CloseReason::Unreachable);
  CHECK(reason_of_connect(ENETUNREACH) == CloseReason::Unreachable);
}

TEST_CASE("what an open connection ends with", "[real][reasons]") {
  CHECK(reason_of_stream(ECONNRESET) == CloseReason::Reset);
  CHECK(reason_of_stream(EPIPE) == CloseReason::Reset);
  CHECK(reason_of_stream(ETIMEDOUT) == CloseReason::Broken);
  CHECK(reason_of_stream(EHOSTUNREACH) == CloseReason::Unreachable);
  CHECK(reason_of_stream(ENETUNREACH) == CloseReason::Unreachable);
  CHECK(reason_of_stream(ECONNREFUSED) == CloseReason::Refused);
}

}  // namespace splitscope::real
