// Any bytes as a call to the cloud: first byte the kind of host, a line each for method, path,
// query and target, the rest the body; signed or not. It answers, whatever they are.
#include <cstddef>
#include <cstdint>

#include "cloud/cloud.hpp"
#include "engine/wire/utc_text.hpp"

using namespace splitscope;

namespace {

std::string take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string line(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

constexpr std::string_view Hosts[] = {"169.254.169.254", "169.254.170.2", "ec2.us-east-1.x"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view rest{reinterpret_cast<const char*>(data) + 1, size - 1};
  const wire::Credentials keys{"AKIA", "secret", ""};
  cloud::Cloud model({}, 1);
  model.authority().add_key(keys);
  cloud::InstanceSpec spec;
  spec.tags = {{"a", "b"}};
  spec.role = "r";
  model.inventory().launch(spec, {});
  model.inventory().run_task({}, {});
  cloud::Call call;
  call.host = Hosts[data[0] % 3];
  call.method = take_line(rest);
  call.path = take_line(rest);
  call.query = take_line(rest);
  if (std::string target = take_line(rest); !target.empty()) {
    call.headers = {{"X-Amz-Target", "AmazonEC2ContainerServiceV20141113." + target},
                    {"X-aws-ec2-metadata-token", target},
                    {"X-aws-ec2-metadata-token-ttl-seconds", target}};
  }
  call.body = rest;
  call.wall = *wire::parse_utc("2026-01-01T00:00:00Z");
  const bool is_ecs = !call.headers.empty();
  wire::SignedPart part{call.method, call.path, call.query, call.headers, call.body};
  part.headers.emplace_back("Host", call.host);
  wire::sign_headers(part, keys, {call.wall, "us-east-1", is_ecs ? "ecs" : "ec2"});
  call.headers = part.headers;
  const cloud::Answer answer = model.answer(call);
  if (!answer.is_lost && answer.response.status == 0) __builtin_trap();
  return 0;
}
