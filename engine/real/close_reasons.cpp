#include "engine/real/close_reasons.hpp"

#include <cerrno>

namespace splitscope::real {

using env::CloseReason;

CloseReason reason_of_connect(int error) {
  switch (error) {
    case ECONNREFUSED:
    case ECONNRESET:
      return CloseReason::Refused;
    case ETIMEDOUT:
      return CloseReason::TimedOut;
    default:  // EHOSTUNREACH, ENETUNREACH, and what this machine itself cannot do
      return CloseReason::Unreachable;
  }
}

CloseReason reason_of_stream(int error) {
  switch (error) {
    case ETIMEDOUT:
      return CloseReason::Broken;
    case ECONNREFUSED:
      return CloseReason::Refused;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
      return CloseReason::Unreachable;
    default:  // ECONNRESET; EPIPE: the peer had sent FIN, and then RST
      return CloseReason::Reset;
  }
}

}  // namespace splitscope::real
