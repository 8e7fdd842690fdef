// One process that asks a cloud for addresses, whose answers are recorded ones or made up by the
// test.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/env/program.hpp"
#include "engine/wire/utc_text.hpp"
#include "schemes/aws/cloud_discovery.hpp"
#include "tests/support/fake_environment.hpp"
#include "tests/support/http_recording.hpp"

namespace splitscope::tests {

inline const wire::Credentials FakeKeys{"AKIAFAULTLINE0000001",
                                        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};

class AwsBench final : public schemes::AddressSourceHandler {
 public:
  using Answer = base::Result<env::HttpResponse>;

  AwsBench() : host(world.add_host(base::ipv4(10, 77, 0, 11))) {}

  template <typename Source>
  void run(schemes::AwsOptions options) {
    auto program = std::make_unique<Holder>();
    program->source = std::make_unique<Source>(host.environment(), std::move(options));
    source_ = program->source.get();
    host.run(std::move(program));
  }
  // Asks, and lets time pass until there is an answer.
  void ask() {
    answered = false;
    source_->ask(*this);
    world.run_until([this] { return answered; }, std::chrono::hours{2});
  }

  // Every request gets the recorded answer of its turn, and must be the recorded one in all that
  // AWS looks at. The wall clock follows the recording.
  void play(std::vector<HttpRecording> recordings) {
    recordings_ = std::move(recordings);
    set_clock();
    host.web = [this](const env::HttpRequest& request) -> Answer {
      REQUIRE(position < recordings_.size());
      const HttpRecording& recorded = recordings_[position++];
      INFO(recorded.name);
      check_same(request, recorded.request);
      set_clock();
      return recorded.response;
    };
  }

  void on_addresses(std::span<const base::Ipv4> found, bool has_failed) override {
    addresses.assign(found.begin(), found.end());
    failed = has_failed;
    answered = true;
  }
  void on_source_unusable() override {
    unusable = true;
    answered = true;
  }

  FakeWorld world;
  FakeHost& host;
  std::vector<base::Ipv4> addresses;
  bool failed = false;
  bool unusable = false;
  bool answered = false;
  std::size_t position = 0;

 private:
  struct Holder final : env::Program {
    void start() override {}
    void shut_down() override {}
    std::unique_ptr<schemes::AddressSource> source;
  };

  static void check_same(const env::HttpRequest& ours, const env::HttpRequest& recorded) {
    CHECK(ours.method == recorded.method);
    const std::string host_name = header_of(recorded.headers, "Host");
    const std::size_t host_at = ours.url.find("://") + 3;
    CHECK(ours.url.substr(host_at) == host_name + recorded.url);
    CHECK(ours.body == recorded.body);
    for (const auto& [name, value] : ours.headers) {
      INFO(name);
      CHECK(header_of(recorded.headers, name) == value);
    }
    for (const char* name : {"Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Target",
                             "X-aws-ec2-metadata-token"}) {
      INFO(name);
      CHECK(header_of(ours.headers, name) == header_of(recorded.headers, name));
    }
  }

  // To the moment that the next signed request was recorded at.
  void set_clock() {
    for (std::size_t i = position; i < recordings_.size(); ++i) {
      const env::HttpRequest& request = recordings_[i].request;
      std::string date = header_of(request.headers, "X-Amz-Date");
      const std::size_t in_query = request.url.find("X-Amz-Date=");
      if (in_query != std::string::npos) date = request.url.substr(in_query + 11, 16);
      const auto time = wire::parse_utc(date);
      if (!time) continue;
      host.wall_offset += *time - host.wall_now();
      return;
    }
  }

  schemes::AddressSource* source_ = nullptr;
  std::vector<HttpRecording> recordings_;
};

}  // namespace splitscope::tests
