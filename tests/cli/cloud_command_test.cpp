// splitscope cloud serve: recorded requests of real clients, byte by byte, over loopback.
#include <csignal>
#include <fstream>
#include <optional>
#include <sstream>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/program_run.hpp"

namespace splitscope::tests {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

constexpr int CloudPatienceMs = 30'000;

struct RecordedBytes {
  std::string request;
  std::string response;
};

RecordedBytes recorded_bytes(const std::string& path) {
  std::ifstream file(SPLITSCOPE_SOURCE "/tests/support/aws/" + path, std::ios::binary);
  INFO(path);
  REQUIRE(file.good());
  std::stringstream all;
  all << file.rdbuf();
  std::string text = all.str();
  text.erase(0, text.find('\n') + 1);  // the comment
  const std::string mark = "\n### RESPONSE ###\n";
  const std::size_t at = text.find(mark);
  REQUIRE(at != std::string::npos);
  return {text.substr(0, at), text.substr(at + mark.size())};
}

// "20261123T130215Z" of the header or the query.
std::string moment_of(const std::string& request) {
  for (const std::string name : {"X-Amz-Date: ", "X-Amz-Date=", "x-amz-date: "}) {
    const std::size_t at = request.find(name);
    if (at != std::string::npos) return request.substr(at + name.size(), 16);
  }
  return "";
}

// The texts of all such elements or members, in order.
std::vector<std::string> parts_of(const std::string& text, const std::string& before, char after) {
  std::vector<std::string> parts;
  for (std::size_t at = text.find(before); at != std::string::npos; at = text.find(before, at)) {
    at += before.size();
    parts.push_back(text.substr(at, text.find(after, at) - at));
  }
  return parts;
}

// The cloud that was recorded, served on free ports of loopback.
class ServedCloud {
 public:
  explicit ServedCloud(const std::string& clock, const std::string& faults = "") {
    write(clock, faults);
    program_.emplace(
        folder_.path(),
        std::vector<std::string>{"cloud", "serve", "--api", "127.0.0.1:0", "--imds", "127.0.0.1:0",
                                 "--ecs-metadata", "127.0.0.1:0", "--state", "state.json"});
    wait_for("state:", 1);
  }
  void write(const std::string& clock, const std::string& faults = "") const {
    folder_.write("state.json", R"({ "shuffle": false, "clock": ")" + clock + R"(",
      "keys": [
        { "id": "AKIAFAULTLINE0000001", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" },
        { "id": "ASIAFAULTLINE0000002", "secret": "fakeRoleSecret/K7MDENG+bPxRfiCYEXAMPLEKEY",
          "token": "FAKESESSIONTOKEN//example+/==" } ],
      "instances": [
        { "name": "m1", "address": "10.77.0.11", "tags": { "Name": "m1", "cluster": "flt" },
          "security_groups": [ "hz-sg" ] },
        { "name": "m2", "address": "10.77.0.12", "tags": { "Name": "m2", "cluster": "flt" },
          "security_groups": [ "hz-sg" ] },
        { "name": "m3", "address": "10.77.0.13", "tags": { "Name": "decoy", "cluster": "other" },
          "security_groups": [ "web" ] },
        { "name": "self", "address": "127.0.0.1", "role": "hz-role" } ],
      "tasks": [
        { "name": "t1", "address": "10.77.0.11", "cluster": "flt", "family": "hz",
          "service": "hzsvc", "tags": { "cluster": "flt" } },
        { "name": "t2", "address": "10.77.0.12", "cluster": "flt", "family": "hz",
          "service": "hzsvc", "tags": { "cluster": "flt" } },
        { "name": "t3", "address": "10.77.0.200", "cluster": "flt", "family": "web" },
        { "name": "t4", "address": "127.0.0.1", "cluster": "own", "role": "hz-role" } ],
      "faults": [)" + faults + "] }");
  }
  void hang_up() const { program_->signal(SIGHUP); }
  ProgramRun stop() {
    program_->signal(SIGTERM);
    return program_->wait();
  }
  // Until it has printed so many such lines.
  void wait_for(const std::string& words, std::size_t count) const {
    for (int i = 0; i < CloudPatienceMs / 10; ++i) {
      if (parts_of(program_->out_so_far(), words, '\n').size() >= count) return;
      poll(nullptr, 0, 10);
    }
    FAIL("never printed: " << words);
  }

  // The whole answer, of a connection of its own. `door`: "api", "imds" or "ecs-metadata".
  std::string ask(const std::string& door, const std::string& request) const {
    const std::string where = parts_of(program_->out_so_far(), door + ": http://", '\n').at(0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port =
        htons(static_cast<std::uint16_t>(std::stoul(where.substr(where.find(':') + 1))));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int descriptor = socket(AF_INET, SOCK_STREAM, 0);
    REQUIRE(connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(send(descriptor, request.data(), request.size(), MSG_NOSIGNAL) == std::ssize(request));
    std::string answer;
    while (!is_whole(answer)) {
      pollfd wait{descriptor, POLLIN, 0};
      REQUIRE(poll(&wait, 1, CloudPatienceMs) == 1);
      char bytes[16'384];
      const ssize_t count = recv(descriptor, bytes, sizeof(bytes), 0);
      if (count <= 0) break;
      answer.append(bytes, static_cast<std::size_t>(count));
    }
    close(descriptor);
    return answer;
  }

 private:
  static bool is_whole(const std::string& answer) {
    const std::size_t end = answer.find("\r\n\r\n");
    const auto lengths = parts_of(answer, "Content-Length: ", '\r');
    return end != std::string::npos && !lengths.empty() &&
           answer.size() >= end + 4 + std::stoul(lengths[0]);
  }

  ScratchFolder folder_;
  std::optional<StartedProgram> program_;
};

std::string status_of(const std::string& answer) {
  return answer.substr(0, std::string("HTTP/1.1 200").size());
}

std::string get(const std::string& path, const std::string& header = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: 169.254.169.254\r\n" + header + "\r\n";
}

}  // namespace

TEST_CASE("cloud serve: recorded requests get the recorded answers over loopback", "[cli]") {
  const std::string path = GENERATE(
      as<std::string>{},  // every form that clients were seen to send
      "clients/awscli-DescribeInstances.http", "clients/awscli-ec2-bad-signature.http",
      "clients/awscli-ecs-bad-signature.http", "clients/awscli-DescribeTasks.http",
      "clients/awscli-ListTasks-serviceName.http", "clients/hazelcast-3.5.4-DescribeInstances.http",
      "clients/js-DescribeInstances-NotFound.http", "clients/js-DescribeInstances-filters.http",
      "clients/js-DescribeInstances-page.http", "clients/js-DescribeTasks.http",
      "clients/js-ListTasks.http", "hazelcast-3.12.13-aws2.4-ec2/02-api-DescribeInstances.http",
      "hazelcast-5.3.8-ec2/07-api-DescribeInstances.http",
      "hazelcast-5.5.0-ec2/04-api-DescribeInstances.http",
      "hazelcast-5.3.8-ecs/05-api-ListTasks.http", "hazelcast-5.3.8-ecs/06-api-DescribeTasks.http",
      "hazelcast-5.3.8-ecs/07-api-DescribeNetworkInterfaces.http");
  INFO(path);
  const RecordedBytes recorded = recorded_bytes(path);
  ServedCloud served(moment_of(recorded.request));
  const std::string answer = served.ask("api", recorded.request);
  CHECK(status_of(answer) == status_of(recorded.response));
  if (path.find("3.5.4") == std::string::npos) {  // that one lists all, and filters by itself
    CHECK(parts_of(answer, "<instanceId>", '<') ==
          parts_of(recorded.response, "<instanceId>", '<'));
  }
  const auto task_addresses = [](const std::string& text) {
    auto found = parts_of(text, "\"privateIpv4Address\":\"", '"');
    const auto spaced = parts_of(text, "\"privateIpv4Address\": \"", '"');
    found.insert(found.end(), spaced.begin(), spaced.end());
    return found;
  };
  CHECK(task_addresses(answer) == task_addresses(recorded.response));
  CHECK(parts_of(answer, "<Code>", '<') == parts_of(recorded.response, "<Code>", '<'));
  const ProgramRun run = served.stop();
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, Contains("1 calls"));
}

TEST_CASE("cloud serve: metadata of both versions, known by the caller's address", "[cli]") {
  ServedCloud served("2026-01-01T00:00:00Z");
  const std::string zone = "/latest/meta-data/placement/availability-zone/";
  CHECK_THAT(served.ask("imds", get(zone)), StartsWith("HTTP/1.1 200") && Contains("us-east-1a"));
  const std::string token = served.ask(
      "imds", recorded_bytes("hazelcast-5.3.8-ec2/01-imds-latest_api_token.http").request);
  CHECK_THAT(token, StartsWith("HTTP/1.1 200"));
  const std::string header =
      "X-aws-ec2-metadata-token: " + token.substr(token.find("\r\n\r\n") + 4) + "\r\n";
  const std::string role = "/latest/meta-data/iam/security-credentials/hz-role";
  CHECK_THAT(served.ask("imds", get(role, header)), Contains("SecretAccessKey"));
  CHECK_THAT(served.ask("imds", get(role, "X-aws-ec2-metadata-token: forged\r\n")),
             StartsWith("HTTP/1.1 401"));
  CHECK_THAT(served.ask("imds", get("/latest/meta-data/placement/group-name/")),
             StartsWith("HTTP/1.1 404"));
  CHECK_THAT(served.ask("ecs-metadata",
                        recorded_bytes("hazelcast-5.3.8-ecs/01-ecsmd-v3_self_task.http").request),
             StartsWith("HTTP/1.1 200") && Contains("\"Cluster\":\"own\""));
  CHECK_THAT(
      served.ask(
          "ecs-metadata",
          recorded_bytes("hazelcast-5.3.8-ecs/04-ecsmd-v2_credentials_fake_uuid.http").request),
      Contains("SecretAccessKey"));
}

TEST_CASE("cloud serve: SIGHUP reads the state again, and a wrong one changes nothing", "[cli]") {
  const RecordedBytes recorded =
      recorded_bytes("hazelcast-5.3.8-ec2/07-api-DescribeInstances.http");
  const std::string moment = moment_of(recorded.request);
  ServedCloud served(moment);
  CHECK_THAT(served.ask("api", recorded.request), StartsWith("HTTP/1.1 200"));
  served.write(moment, R"({ "kind": "throttle", "capacity": 0, "refill": 0 })");
  served.hang_up();
  served.wait_for("state:", 2);
  CHECK_THAT(served.ask("api", recorded.request),
             StartsWith("HTTP/1.1 503") && Contains("RequestLimitExceeded"));
  served.write(moment, R"({ "kind": "gremlin" })");
  served.hang_up();
  served.write(moment);
  const ProgramRun run = served.stop();
  CHECK(run.exit_code == 0);
}

TEST_CASE("cloud serve: what cannot be served is said before anything is", "[cli]") {
  const ScratchFolder folder;
  folder.write("good.json", "{}");
  folder.write("bad.json", R"({ "instance": [] })");
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"--api", "here", "--state", "good.json"}, "ADDRESS:PORT"},
      {{"--api", "127.0.0.1:0", "--state", "none.json"}, "none.json"},
      {{"--api", "127.0.0.1:0", "--state", "bad.json"}, "choose from region"},
      {{"--api", "127.0.0.1:0", "--state", "good.json", "--tls", "no.pem", "no.key"}, "no.pem"}};
  for (const auto& [arguments, words] : cases) {
    std::vector<std::string> all{"cloud", "serve"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const ProgramRun run = run_program(folder.path(), all);
    INFO(words << ": " << run.err);
    CHECK(run.exit_code == 2);
    CHECK_THAT(run.err, Contains(words));
  }
}

}  // namespace splitscope::tests
