// Answers of a cloud that may be anything: each is read or refused, within its bounds.
#include <cstddef>
#include <cstdint>

#include "schemes/aws/aws_requests.hpp"
#include "schemes/ecs/ecs_messages.hpp"
#include "schemes/membership/address_rules.hpp"

using namespace splitscope::schemes;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto page = parse_instances(text);
  if (page && page->addresses.size() > CandidateCountMax) __builtin_trap();
  (void)parse_credentials(text);
  (void)parse_task_list(text);
  const AwsTag tag{"cluster", "flt"};
  (void)parse_tasks(text, {&tag, 1});
  (void)parse_task_metadata(text);
  (void)error_code(text);
  return 0;
}
