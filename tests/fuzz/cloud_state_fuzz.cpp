// State files of a served cloud: any bytes are an error that names the file, or a state that a
// cloud can be brought to and away from.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cloud/state_file.hpp"

using namespace splitscope;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto state = cloud::read_state("state.json", text);
  if (!state.has_value()) {
    if (!state.error().message.starts_with("state.json")) __builtin_trap();
    return 0;
  }
  cloud::Cloud account(state->options, 1);
  cloud::StateKeeper keeper(account);
  keeper.apply(*state, base::RunStart);
  keeper.apply({}, base::RunStart + std::chrono::seconds{1});
  return 0;
}
