// A cloud, and calls to it that are signed as clients sign them.
#pragma once

#include <string>

#include <catch2/catch.hpp>

#include "cloud/cloud.hpp"
#include "engine/wire/document.hpp"
#include "engine/wire/utc_text.hpp"
#include "tests/support/http_recording.hpp"

namespace splitscope::tests {

inline const wire::Credentials FakeKeys{"AKIAFAULTLINE0000001",
                                        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};

struct CloudBench {
  explicit CloudBench(cloud::CloudOptions options = ordered()) : cloud(options, 1) {
    cloud.authority().add_key(FakeKeys);
  }
  static cloud::CloudOptions ordered() {
    cloud::CloudOptions options;
    options.shuffles_listings = false;
    return options;
  }

  // An instance of the recorded rig: m1, m2, ... with the tag cluster=flt.
  std::uint64_t launch(std::uint8_t octet, std::string name, std::string cluster = "flt",
                       std::string group = "hz-sg") {
    cloud::InstanceSpec spec;
    spec.address = base::ipv4(10, 77, 0, octet);
    spec.zone = octet % 2 == 1 ? "us-east-1a" : "us-east-1b";
    spec.tags = {{"Name", std::move(name)}, {"cluster", std::move(cluster)}};
    spec.security_groups = {std::move(group)};
    spec.role = "hz-role";
    return cloud.inventory().launch(std::move(spec), now);
  }
  std::uint64_t run_task(std::uint8_t octet, std::string family = "hz") {
    cloud::TaskSpec spec;
    spec.address = base::ipv4(10, 77, 0, octet);
    spec.cluster = "flt";
    spec.family = family;
    spec.service = family + "svc";
    spec.zone = octet % 2 == 1 ? "us-east-1a" : "us-east-1b";
    spec.tags = {{"cluster", "flt"}};
    spec.role = "hz-role";
    return cloud.inventory().run_task(std::move(spec), now);
  }

  cloud::Call call(std::string method = "GET") const {
    cloud::Call result;
    result.method = std::move(method);
    result.caller = caller;
    result.at = now;
    result.wall = wall_start + now.time_since_epoch();
    return result;
  }
  cloud::Answer ec2(std::string query) {
    cloud::Call result = call();
    result.host = "ec2.us-east-1.amazonaws.com";
    result.query = std::move(query) + "&Version=2016-11-15";
    return cloud.answer(sign(result, "ec2"));
  }
  cloud::Answer ecs(const std::string& action, std::string body) {
    cloud::Call result = call("POST");
    result.host = "ecs.us-east-1.amazonaws.com";
    result.headers = {{"X-Amz-Target", "AmazonEC2ContainerServiceV20141113." + action}};
    result.body = std::move(body);
    return cloud.answer(sign(result, "ecs"));
  }
  cloud::Answer metadata(const std::string& method, const std::string& path,
                         wire::HeaderList headers = {}) {
    cloud::Call result = call(method);
    result.host = "169.254.169.254";
    result.path = path;
    result.headers = std::move(headers);
    return cloud.answer(result);
  }
  // The recorded request, from the recorded moment.
  cloud::Answer replay(const HttpRecording& recording) {
    cloud::Call result = call(recording.request.method);
    result.headers = recording.request.headers;
    result.host = header_of(result.headers, "Host");
    const std::string& url = recording.request.url;
    result.path = url.substr(0, url.find('?'));
    if (url.find('?') != url.npos) result.query = url.substr(url.find('?') + 1);
    result.body = recording.request.body;
    std::string date = header_of(result.headers, "X-Amz-Date");
    if (url.find("X-Amz-Date=") != url.npos) date = url.substr(url.find("X-Amz-Date=") + 11, 16);
    if (const auto time = wire::parse_utc(date)) result.wall = *time;
    return cloud.answer(result);
  }

  cloud::Call sign(cloud::Call unsigned_call, std::string service) const {
    wire::SignedPart part{unsigned_call.method, unsigned_call.path, unsigned_call.query,
                          unsigned_call.headers, unsigned_call.body};
    part.headers.emplace_back("Host", unsigned_call.host);
    wire::sign_headers(part, keys,
                       {wall_start + now.time_since_epoch() + skew, "us-east-1", service});
    unsigned_call.headers = part.headers;
    return unsigned_call;
  }

  cloud::Cloud cloud;
  base::Instant now{};
  base::WallTime wall_start = *wire::parse_utc("2026-01-01T00:00:00Z");
  base::Duration skew{};
  base::Ipv4 caller = base::ipv4(10, 77, 0, 11);
  wire::Credentials keys = FakeKeys;
};

// How many times a part comes in a text.
inline std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace splitscope::tests
