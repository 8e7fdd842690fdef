#include "schemes/aws/cloud_discovery.hpp"

#include <catch2/catch.hpp>

#include "tests/support/fake_environment.hpp"

using namespace std::chrono_literals;
using namespace splitscope;
using namespace splitscope::schemes;

namespace {

// Answers with the list when the test says so.
class ListSource final : public AddressSource {
 public:
  void ask(AddressSourceHandler& handler) override {
    ++asked;
    handler_ = &handler;
  }
  void answer(std::vector<base::Ipv4> list) { handler_->on_addresses(list, false); }
  int asked = 0;

 private:
  AddressSourceHandler* handler_ = nullptr;
};

class Bench final : public CandidateHandler, public env::Program {
 public:
  Bench(env::Environment environment, std::string pattern) {
    auto list = std::make_unique<ListSource>();
    source = list.get();
    discovery = std::make_unique<CloudDiscovery>(environment, std::move(list), CloudPorts{},
                                                 std::move(pattern));
  }
  void start() override { discovery->start({base::ipv4(10, 0, 0, 1), 5701}, *this); }
  void shut_down() override {}
  void on_candidates(std::span<const base::Endpoint> candidates) override {
    found.assign(candidates.begin(), candidates.end());
    ++answers;
  }
  void on_discovery_failed() override { failed = true; }

  ListSource* source = nullptr;
  std::unique_ptr<CloudDiscovery> discovery;
  std::vector<base::Endpoint> found;
  int answers = 0;
  bool failed = false;
};

struct World {
  tests::FakeWorld world;
  tests::FakeHost& host = world.add_host(base::ipv4(10, 0, 0, 1));
  Bench* bench = nullptr;
  explicit World(std::string pattern = "") {
    auto program = std::make_unique<Bench>(host.environment(), std::move(pattern));
    bench = program.get();
    host.run(std::move(program));
    world.run_for(1ms);
  }
};

}  // namespace

TEST_CASE("cloud discovery: each address is asked at eight ports, but we ourselves are not",
          "[schemes][aws]") {
  World world;
  world.bench->discovery->refresh();
  world.bench->source->answer({base::ipv4(10, 0, 0, 1), base::ipv4(10, 0, 0, 2)});
  REQUIRE(world.bench->found.size() == 15);
  CHECK(world.bench->found.front() == base::Endpoint{base::ipv4(10, 0, 0, 1), 5702});
  CHECK(world.bench->found.back() == base::Endpoint{base::ipv4(10, 0, 0, 2), 5708});
}

TEST_CASE("cloud discovery: questions asked meanwhile get the same answer", "[schemes][aws]") {
  World world;
  world.bench->discovery->refresh();
  world.bench->discovery->refresh();
  CHECK(world.bench->source->asked == 1);
  world.bench->source->answer({});
  CHECK(world.bench->answers == 1);
  world.bench->discovery->refresh();
  CHECK(world.bench->source->asked == 2);
}

TEST_CASE("cloud discovery: a list beyond all bounds is cut", "[schemes][aws]") {
  World world;
  world.bench->discovery->refresh();
  std::vector<base::Ipv4> list;
  for (std::uint32_t i = 0; i < CandidateCountMax; ++i) list.push_back({0x0a01'0000 + i});
  world.bench->source->answer(list);
  CHECK(world.bench->found.size() == CandidateCountMax);
}

TEST_CASE("cloud discovery: an address outside of the interface pattern ends the start",
          "[schemes][aws]") {
  World fits("10.0.*.*");
  fits.bench->discovery->refresh();
  fits.world.run_for(1ms);
  CHECK_FALSE(fits.bench->failed);
  World other("192.168.*.*");
  other.bench->discovery->refresh();
  CHECK_FALSE(other.bench->failed);  // never from inside the call
  other.world.run_for(1ms);
  CHECK(other.bench->failed);
}
