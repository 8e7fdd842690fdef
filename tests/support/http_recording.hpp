// Exchanges recorded from real clients (tests/support/aws): a comment, a request, a line
// "### RESPONSE ###", and the response.
#pragma once

#include <string>
#include <vector>

#include "engine/env/http_client.hpp"

namespace splitscope::tests {

struct HttpRecording {
  std::string name;          // of the file
  env::HttpRequest request;  // its URL is "<path>?<query>", as on the wire; Host is a header
  env::HttpResponse response;
};

// "hazelcast-5.3.8-ec2/07-api-DescribeInstances.http". The test fails if there is none.
HttpRecording read_recording(const std::string& path);
// All of a folder, in order of their names.
std::vector<HttpRecording> read_recordings(const std::string& folder);
// The header of that name, whatever the case; empty if there is none.
std::string header_of(const std::vector<std::pair<std::string, std::string>>& headers,
                      const std::string& name);

}  // namespace splitscope::tests
