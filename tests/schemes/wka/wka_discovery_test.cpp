#include "schemes/wka/wka_discovery.hpp"

#include <catch2/catch.hpp>

#include "tests/support/fake_environment.hpp"

namespace splitscope::schemes {
namespace {

using base::Endpoint;
using base::EventKind;
using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using tests::FakeHost;
using tests::FakeWorld;

// A process that has nothing but a discovery, and notes its answers.
class Asker final : public env::Program, public CandidateHandler {
 public:
  Asker(env::Environment environment, WkaOptions options, Endpoint self)
      : discovery(environment, std::move(options)), self_(self) {}
  void start() override { discovery.start(self_, *this); }
  void shut_down() override {}
  void on_discovery_failed() override { FAIL("a list cannot fail"); }
  void on_candidates(std::span<const Endpoint> candidates) override {
    ++answer_count;
    answer.assign(candidates.begin(), candidates.end());
  }

  WkaDiscovery discovery;
  int answer_count = 0;
  std::vector<Endpoint> answer;

 private:
  Endpoint self_;
};

constexpr base::Ipv4 Own = base::ipv4(10, 0, 0, 1);

struct Bench {
  explicit Bench(ClusterConfig config, std::uint16_t own_port = 5701) {
    const auto settings = resolve_settings(config);
    REQUIRE(settings);
    auto options = make_wka_options(config, *settings);
    REQUIRE(options);
    auto program =
        std::make_unique<Asker>(host.environment(), *std::move(options), Endpoint{Own, own_port});
    asker = program.get();
    host.run(std::move(program));
    world.run_for(1ms);
  }
  std::vector<std::string> refresh() {
    asker->discovery.refresh();
    world.run_for(10ms);
    std::vector<std::string> texts;
    for (const Endpoint& endpoint : asker->answer) texts.push_back(base::to_text(endpoint));
    return texts;
  }

  FakeWorld world;
  FakeHost& host = world.add_host(Own);
  Asker* asker = nullptr;
};

ClusterConfig config_of(std::vector<WellKnownEntry> members, Engine engine = Engine::Hz53) {
  ClusterConfig config;
  config.engine = engine;
  config.wka.members = std::move(members);
  return config;
}

Endpoint peer(std::uint8_t last, std::uint16_t port = 5701) {
  return {base::ipv4(10, 0, 0, last), port};
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("the list is answered in its order without ourselves", "[schemes][wka]") {
  Bench bench(config_of({{"10.0.0.3:5701"}, {"10.0.0.1:5701"}, {"10.0.0.2:5701"}}));
  CHECK(bench.asker->answer_count == 0);
  CHECK(bench.refresh() == Texts{"10.0.0.3:5701", "10.0.0.2:5701"});
  CHECK(bench.asker->answer_count == 1);
}

TEST_CASE("an answer never comes from inside refresh, and one serves two calls", "[schemes][wka]") {
  Bench bench(config_of({{"10.0.0.2:5701"}}));
  bench.asker->discovery.refresh();
  bench.asker->discovery.refresh();
  CHECK(bench.asker->answer_count == 0);
  bench.world.run_for(10ms);
  CHECK(bench.asker->answer_count == 1);
}

TEST_CASE("an empty list is answered as such", "[schemes][wka]") {
  Bench bench(config_of({}));
  CHECK(bench.refresh().empty());
  CHECK(bench.asker->answer_count == 1);
}

TEST_CASE("a list that names only ourselves leaves nobody to ask", "[schemes][wka]") {
  Bench bench(config_of({{"10.0.0.1:5701"}, {"localhost:5701"}}));
  bench.host.names["localhost"] = {base::ipv4(127, 0, 0, 1)};
  CHECK(bench.refresh().empty());
}

TEST_CASE("an entry without a port means three ports, but one without auto-increment",
          "[schemes][wka]") {
  ClusterConfig config = config_of({{"10.0.0.2"}});
  CHECK(Bench(config).refresh() == Texts{"10.0.0.2:5701", "10.0.0.2:5702", "10.0.0.2:5703"});
  config.port_auto_increment = false;
  CHECK(Bench(config).refresh() == Texts{"10.0.0.2:5701"});
}

TEST_CASE("names are resolved anew in each round", "[schemes][wka]") {
  Bench bench(config_of({{"seed.test:5701"}, {"10.0.0.9:5701"}}));
  bench.host.names["seed.test"] = {base::ipv4(10, 0, 0, 2), base::ipv4(10, 0, 0, 3)};
  CHECK(bench.refresh() == Texts{"10.0.0.2:5701", "10.0.0.3:5701", "10.0.0.9:5701"});
  bench.host.names["seed.test"] = {base::ipv4(10, 0, 0, 4)};
  CHECK(bench.refresh() == Texts{"10.0.0.4:5701", "10.0.0.9:5701"});
  bench.host.names.clear();
  CHECK(bench.refresh() == Texts{"10.0.0.9:5701"});
}

TEST_CASE("a name written twice is resolved once and keeps both ports", "[schemes][wka]") {
  Bench bench(config_of({{"seed.test:5701"}, {"seed.test:5702"}}));
  bench.host.names["seed.test"] = {base::ipv4(10, 0, 0, 2)};
  CHECK(bench.refresh() == Texts{"10.0.0.2:5701", "10.0.0.2:5702"});
  CHECK(bench.asker->answer_count == 1);
}

TEST_CASE("a name with very many addresses is cut", "[schemes][wka]") {
  Bench bench(config_of({{"seed.test:5701"}}));
  auto& addresses = bench.host.names["seed.test"];
  for (std::uint32_t i = 0; i < 200; ++i) addresses.push_back({0x0a010000 + i});
  CHECK(bench.refresh().size() == WkaDiscovery::AddressesPerNameMax);
}

TEST_CASE("5.3 keeps a member's address for four hours, 3.5 not at all", "[schemes][wka]") {
  Bench bench(config_of({}));
  bench.asker->discovery.learn(peer(2), LearnedFrom::FoundAtJoin);
  CHECK(bench.host.count(EventKind::AddressLearned) == 1);
  CHECK(bench.refresh() == Texts{"10.0.0.2:5701"});
  bench.world.run_for(3h);
  CHECK(bench.refresh() == Texts{"10.0.0.2:5701"});
  bench.world.run_for(1h);
  CHECK(bench.refresh().empty());

  Bench old(config_of({}, Engine::Hz35));
  old.asker->discovery.learn(peer(2), LearnedFrom::FoundAtJoin);
  CHECK(old.refresh().empty());
}

TEST_CASE("retention counts from the last time an address was learned", "[schemes][wka]") {
  Bench bench(config_of({}));
  bench.asker->discovery.learn(peer(2), LearnedFrom::FoundAtJoin);
  bench.world.run_for(3h);
  bench.asker->discovery.learn(peer(2), LearnedFrom::FoundAtJoin);
  bench.world.run_for(3h);
  CHECK(bench.refresh() == Texts{"10.0.0.2:5701"});
}

TEST_CASE("who checked us is remembered by 5.3 alone", "[schemes][wka]") {
  Bench hz53(config_of({}));
  hz53.asker->discovery.learn(peer(2), LearnedFrom::SplitBrainCheck);
  CHECK(hz53.refresh() == Texts{"10.0.0.2:5701"});
  Bench hz312(config_of({}, Engine::Hz312));
  hz312.asker->discovery.learn(peer(2), LearnedFrom::SplitBrainCheck);
  CHECK(hz312.refresh().empty());
}

TEST_CASE("a learned address can be forgotten, a listed one stays", "[schemes][wka]") {
  Bench bench(config_of({{"10.0.0.9:5701"}}));
  bench.asker->discovery.learn(peer(2), LearnedFrom::JoinedLater);
  bench.asker->discovery.forget(peer(2));
  bench.asker->discovery.forget(peer(9));
  CHECK(bench.refresh() == Texts{"10.0.0.9:5701"});
}

TEST_CASE("what is listed or our own is not learned twice", "[schemes][wka]") {
  Bench bench(config_of({{"10.0.0.9:5701"}}));
  bench.asker->discovery.learn(peer(9), LearnedFrom::JoinedLater);
  bench.asker->discovery.learn(peer(1), LearnedFrom::JoinedLater);
  CHECK(bench.host.count(EventKind::AddressLearned) == 0);
  CHECK(bench.refresh() == Texts{"10.0.0.9:5701"});
}

TEST_CASE("WSO2 on 3.12 learns who joins later, for good, but nobody found at join on its own port",
          "[schemes][wka]") {
  ClusterConfig config = config_of({}, Engine::Hz312);
  config.wso2 = true;
  config.port = 4000;
  Bench bench(config, 4000);
  bench.asker->discovery.learn(peer(2, 4000), LearnedFrom::FoundAtJoin);
  CHECK(bench.refresh().empty());
  bench.asker->discovery.learn(peer(3, 4100), LearnedFrom::FoundAtJoin);
  bench.asker->discovery.learn(peer(1, 4100), LearnedFrom::FoundAtJoin);
  bench.asker->discovery.learn(peer(4, 4000), LearnedFrom::JoinedLater);
  CHECK(bench.refresh() == Texts{"10.0.0.3:4100", "10.0.0.4:4000"});
  bench.world.run_for(100h);
  CHECK(bench.refresh() == Texts{"10.0.0.3:4100", "10.0.0.4:4000"});
}

TEST_CASE("at most 1024 addresses are learned; the oldest goes", "[schemes][wka]") {
  Bench bench(config_of({}));
  for (std::uint32_t i = 0; i <= WkaDiscovery::LearnedCountMax; ++i) {
    bench.asker->discovery.learn({{0x0a020000 + i}, 5701}, LearnedFrom::JoinedLater);
  }
  CHECK(bench.asker->discovery.learned_count() == WkaDiscovery::LearnedCountMax);
  const Texts texts = bench.refresh();
  CHECK(texts.size() == WkaDiscovery::LearnedCountMax);
  CHECK(texts.front() == "10.2.0.1:5701");
}

TEST_CASE("a bad entry of the list is an error that quotes it", "[schemes][wka]") {
  const ClusterConfig config = config_of({{"10.0.0.2:5701"}, {"10.0.0.900:5701"}});
  const auto options = make_wka_options(config, *resolve_settings(config));
  REQUIRE_FALSE(options);
  CHECK(options.error().message.find("\"10.0.0.900:5701\"") != std::string::npos);
}

TEST_CASE("a process killed while names are resolved hears of it no more", "[schemes][wka]") {
  Bench bench(config_of({{"seed.test:5701"}}));
  bench.asker->discovery.refresh();
  bench.host.kill();
  bench.world.run_for(1s);
  CHECK_FALSE(bench.host.is_running());
}

}  // namespace splitscope::schemes
