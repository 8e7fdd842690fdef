#include "engine/real/trace_file.hpp"

#include <filesystem>

#include "engine/real/real_timers.hpp"
#include "engine/trace/trace_reader.hpp"
#include "tests/support/real_lab.hpp"

namespace splitscope::tests {
namespace {

namespace fs = std::filesystem;

class ScratchPath {
 public:
  ScratchPath() : path_((fs::temp_directory_path() / "splitscope-real-XXXXXX").string()) {
    const int descriptor = mkstemp(path_.data());
    REQUIRE(descriptor >= 0);
    ::close(descriptor);
  }
  ~ScratchPath() { fs::remove(path_); }
  const std::string& text() const { return path_; }

 private:
  std::string path_;
};

std::size_t facts_in(const std::string& path) {
  auto reader = trace::TraceReader::open(path);
  REQUIRE(reader.has_value());
  std::size_t count = 0;
  for (;;) {
    const auto fact = reader->next();
    REQUIRE(fact.has_value());
    if (!fact->has_value()) return count;
    ++count;
  }
}

base::TraceEvent fact(std::uint64_t sequence) {
  base::TraceEvent fact;
  fact.time = base::Instant{base::Duration{sequence}};
  fact.sequence = sequence;
  fact.kind = base::EventKind::ListPublished;
  return fact;
}

}  // namespace

TEST_CASE("a trace is readable while it grows, and when it is finished", "[real][trace]") {
  real::Loop loop;
  real::EventGate gate(loop);
  real::RealTimers timers(gate);
  const ScratchPath path;
  auto file = real::TraceFile::create(path.text(), {{"scheme", "wka"}}, timers);
  REQUIRE(file.has_value());
  (*file)->on_fact(fact(1));
  REQUIRE(run_until(loop, [&path] { return facts_in(path.text()) == 1; }, 5s));
  (*file)->on_fact(fact(2));
  REQUIRE((*file)->finish({{"end", "graceful"}}).has_value());
  CHECK(facts_in(path.text()) == 2);
}

TEST_CASE("a full disk and a path that cannot be are told", "[real][trace]") {
  real::Loop loop;
  real::EventGate gate(loop);
  real::RealTimers timers(gate);
  auto full = real::TraceFile::create("/dev/full", {{"scheme", "wka"}}, timers);
  REQUIRE(full.has_value());
  CHECK_FALSE((*full)->is_good());
  CHECK_FALSE((*full)->finish({}).has_value());
  const auto nowhere = real::TraceFile::create("/no such folder/t.trace", {}, timers);
  REQUIRE_FALSE(nowhere.has_value());
  CHECK_THAT(nowhere.error().message, Catch::StartsWith("/no such folder/t.trace: "));
}

}  // namespace splitscope::tests
