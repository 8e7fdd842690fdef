// Signed requests from outside: the claim is found or not, and verifying never fails otherwise.
#include <cstddef>
#include <cstdint>

#include "engine/wire/sigv4.hpp"

using namespace splitscope::wire;

namespace {

// Takes the text up to the next line end.
std::string take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string line(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest{reinterpret_cast<const char*>(data), size};
  SignedPart request;
  request.path = take_line(rest);
  request.query = take_line(rest);
  for (const char* name : {"Host", "X-Amz-Date", "Authorization", "X-Amz-Security-Token"}) {
    request.headers.emplace_back(name, take_line(rest));
  }
  request.body = rest;
  if (const auto claim = find_signature(request)) {
    (void)is_signature_right(request, *claim, "secret");
  }
  return 0;
}
