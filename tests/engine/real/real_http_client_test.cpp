#include "engine/real/real_http_client.hpp"

#include "engine/real/http_url.hpp"
#include "engine/real/text_server.hpp"
#include "tests/support/real_lab.hpp"

namespace splitscope::tests {
namespace {

class HttpAnswers final : public env::HttpHandler {
 public:
  void on_response(env::HttpRequestId, base::Result<env::HttpResponse> response) override {
    responses.push_back(std::move(response));
  }
  std::vector<base::Result<env::HttpResponse>> responses;
  std::string error() const { return responses.back().error().message; }
};

class Greeting final : public real::TextSource {
 public:
  std::string text() override { return "hello\n"; }
};

struct Asking {
  real::Loop loop;
  real::EventGate gate{loop};
  real::RealHttpClient client{gate};
  HttpAnswers answers;
  RawSocket listener;

  void ask(base::Endpoint at, const std::string& path = "/", base::Duration timeout = 2s) {
    env::HttpRequest request;
    request.url = "http://" + base::to_text(at) + path;
    request.timeout = timeout;
    client.send(request, answers);
  }
  bool wait() {
    const std::size_t before = answers.responses.size();
    return run_until(loop, [this, before] { return answers.responses.size() > before; });
  }
  // Plays the server that sends `bytes` to whoever connects.
  bool serve(std::string_view bytes) {
    int descriptor = -1;
    if (!run_until(loop, [&] { return (descriptor = listener.accept()) >= 0; })) return false;
    served = std::make_unique<RawSocket>(descriptor);
    loop.run_for(5ms);
    served->read_all();
    return served->write(bytes);
  }
  std::unique_ptr<RawSocket> served;
};

}  // namespace

TEST_CASE("a text server answers its path and nothing else", "[real][http]") {
  Asking asking;
  Greeting greeting;
  auto server = real::TextServer::open(asking.loop, {Here, 0}, "/metrics", greeting);
  REQUIRE(server.has_value());
  asking.ask((*server)->local(), "/metrics");
  CHECK(asking.answers.responses.empty());
  REQUIRE(asking.wait());
  REQUIRE(asking.answers.responses.back().has_value());
  CHECK(asking.answers.responses.back()->status == 200);
  CHECK(asking.answers.responses.back()->body == "hello\n");
  asking.ask((*server)->local(), "/else");
  REQUIRE(asking.wait());
  CHECK(asking.answers.responses.back()->status == 404);
  CHECK_FALSE(real::TextServer::open(asking.loop, (*server)->local(), "/x", greeting).has_value());
}

TEST_CASE("failures are sentences: refused, silent, closed, no URL", "[real][http]") {
  Asking asking;
  const base::Endpoint at = asking.listener.listen(5);
  SECTION("silent") {
    asking.ask(at, "/", 50ms);
    REQUIRE(asking.wait());
    CHECK_THAT(asking.answers.error(), Catch::Contains("no answer within 50ms"));
  }
  SECTION("refused") {
    asking.listener.close();
    asking.ask(at);
    REQUIRE(asking.wait());
    CHECK_THAT(asking.answers.error(), Catch::Contains("connection refused"));
  }
  SECTION("closed without an answer") {
    asking.ask(at);
    REQUIRE(asking.serve("HTTP/1.1 2"));
    asking.served.reset();
    REQUIRE(asking.wait());
    CHECK_FALSE(asking.answers.responses.back().has_value());
  }
  SECTION("https") {
    env::HttpRequest request;
    request.url = "https://localhost/";
    asking.client.send(request, asking.answers);
    CHECK(asking.answers.responses.empty());
    REQUIRE(asking.wait());
    CHECK_THAT(asking.answers.error(), Catch::Contains("only http://"));
  }
}

TEST_CASE("an answer over 4 MiB is an error", "[real][http]") {
  Asking asking;
  asking.ask(asking.listener.listen(5));
  REQUIRE(asking.serve("HTTP/1.1 200 OK\r\nContent-Length: 4194305\r\n\r\n"));
  REQUIRE(asking.wait());
  CHECK_THAT(asking.answers.error(), Catch::Contains("larger than 4 MiB"));
}

TEST_CASE("a cancelled request is not answered", "[real][http]") {
  Asking asking;
  env::HttpRequest request;
  request.url = "http://" + base::to_text(asking.listener.listen(5)) + "/";
  request.timeout = 20ms;
  asking.client.cancel(asking.client.send(request, asking.answers));
  asking.loop.run_for(50ms);
  CHECK(asking.answers.responses.empty());
}

TEST_CASE("requests beyond the limit fail, the others wait for their answers", "[real][http]") {
  Asking asking;
  const base::Endpoint at = asking.listener.listen(200);
  for (std::size_t i = 0; i < real::RealHttpClient::RequestCountMax + 1; ++i) asking.ask(at);
  REQUIRE(asking.wait());
  CHECK_THAT(asking.answers.error(), Catch::Contains("too many"));
  asking.loop.run_for(20ms);
  CHECK(asking.answers.responses.size() == 1);
}

TEST_CASE("URLs", "[real][http]") {
  using real::HttpUrl;
  CHECK(real::parse_http_url("http://169.254.169.254/latest?x=1#y") ==
        HttpUrl{"169.254.169.254", 80, "/latest?x=1"});
  CHECK(real::parse_http_url("http://host:8080") == HttpUrl{"host", 8080, "/"});
  CHECK(real::parse_http_url("http://host?x") == HttpUrl{"host", 80, "/?x"});
  for (const char* bad : {"", "host", "ftp://host", "http://", "http://:80/", "http://h:0/",
                          "http://h:70000/", "http://u@h/", "http://h/a b"}) {
    INFO(bad);
    CHECK_FALSE(real::parse_http_url(bad).has_value());
  }
}

}  // namespace splitscope::tests
