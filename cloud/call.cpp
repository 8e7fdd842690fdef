#include "cloud/call.hpp"

#include <fmt/format.h>

namespace splitscope::cloud {

using wire::json_quoted;
using wire::xml_escaped;

env::HttpResponse ec2_answer(std::string body, std::string_view id) {
  return {200,
          {{"x-amzn-RequestId", std::string(id)},
           {"Server", "AmazonEC2"},
           {"Content-Type", "text/xml;charset=UTF-8"}},
          std::move(body)};
}

env::HttpResponse ecs_answer(std::string body, std::string_view id) {
  return {200,
          {{"x-amzn-RequestId", std::string(id)}, {"Content-Type", "application/x-amz-json-1.1"}},
          std::move(body)};
}

env::HttpResponse ec2_error(std::uint16_t status, std::string_view code, std::string_view message,
                            std::string_view id) {
  env::HttpResponse response =
      ec2_answer(fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error>"
                             "<Code>{}</Code><Message>{}</Message></Error></Errors>"
                             "<RequestID>{}</RequestID></Response>",
                             xml_escaped(code), xml_escaped(message), id),
                 id);
  response.status = status;
  return response;
}

env::HttpResponse ecs_error(std::string_view code, std::string_view message, std::string_view id) {
  env::HttpResponse response = ecs_answer(
      fmt::format("{{\"__type\":{},\"message\":{}}}", json_quoted(code), json_quoted(message)), id);
  response.status = 400;
  return response;
}

}  // namespace splitscope::cloud
