// Writer and reader together, on whole files.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "engine/trace/output_file.hpp"
#include "engine/trace/trace_reader.hpp"
#include "engine/trace/trace_writer.hpp"
#include "facts.hpp"
#include "tests/support/skip.hpp"

using namespace splitscope;
using namespace splitscope::trace;
using base::EventKind;
using base::TraceEvent;
using test::fact;

namespace {

TraceReader reader_of(const std::string& bytes) {
  auto reader = TraceReader::open(std::make_unique<std::istringstream>(bytes), "test.trace");
  REQUIRE(reader.has_value());
  return std::move(*reader);
}

std::vector<TraceEvent> rest_of(TraceReader& reader) {
  std::vector<TraceEvent> facts;
  for (;;) {
    const auto next = reader.next();
    REQUIRE(next.has_value());
    if (!*next) return facts;
    facts.push_back(**next);
  }
}

// Enough facts for several chunks; node i%8 changes its view at i ms.
std::vector<TraceEvent> many_facts(std::uint64_t count) {
  std::vector<TraceEvent> facts;
  for (std::uint64_t i = 0; i < count; ++i) {
    facts.push_back(fact(EventKind::ViewChanged,
                         {base::Duration{1'000'000} * static_cast<std::int64_t>(i), i + 1, i,
                          static_cast<std::uint32_t>(i % 8)},
                         {i, 3, i * 0x9E37'79B9'7F4A'7C15, pack(test::First)}));
  }
  return facts;
}

}  // namespace

TEST_CASE("trace file: any facts come back as they were", "[engine][trace]") {
  REQUIRE(rc::check([] {
    const std::vector<TraceEvent> facts = *test::any_facts();
    TraceReader reader = reader_of(test::trace_bytes(facts));
    RC_ASSERT(reader.damage().empty());
    RC_ASSERT(!reader.is_index_rebuilt());
    RC_ASSERT(reader.event_count() == facts.size());
    RC_ASSERT(rest_of(reader) == facts);
  }));
}

TEST_CASE("trace file: seeking answers what reading from the start does", "[engine][trace]") {
  REQUIRE(rc::check([] {
    const std::vector<TraceEvent> facts = *test::any_facts();
    std::ostringstream out;
    auto writer = TraceWriter::create(out, {});
    for (const TraceEvent& event : facts) {
      writer->write(event);
      if (*rc::gen::inRange(0, 4) == 0) writer->flush();
    }
    REQUIRE(writer->finish().has_value());
    base::Instant time = base::RunStart;
    if (!facts.empty()) time = (*rc::gen::elementOf(facts)).time;

    TraceReader reader = reader_of(out.str());
    RC_ASSERT(reader.seek(time).has_value());
    OpenFacts expected;
    std::size_t at = 0;
    for (; at < facts.size() && facts[at].time < time; ++at) expected.apply(facts[at]);
    RC_ASSERT(reader.open_facts() == expected);
    const std::vector<TraceEvent> rest = rest_of(reader);
    const auto split = facts.begin() + static_cast<std::ptrdiff_t>(at);
    RC_ASSERT(rest == std::vector<TraceEvent>(split, facts.end()));
  }));
}

TEST_CASE("trace file: seeking beyond the last fact answers nothing more, with the last state",
          "[engine][trace]") {
  TraceReader reader = reader_of(test::trace_bytes(test::story()));
  REQUIRE(reader.seek(base::EndOfTime).has_value());
  CHECK(rest_of(reader).empty());
  const TraceEvent* process = reader.open_facts().find(base::NodeId{1}, FactSlot::Process);
  REQUIRE(process != nullptr);
  CHECK(process->kind == EventKind::ProcessExited);
  reader.rewind();
  CHECK(rest_of(reader) == test::story());
}

TEST_CASE("trace file: a long run has several chunks, and seeking loads one", "[engine][trace]") {
  const std::vector<TraceEvent> facts = many_facts(20'000);
  const std::string bytes = test::trace_bytes(facts);
  CHECK(bytes.size() > 3 * TraceWriter::ChunkBytesTarget);
  TraceReader reader = reader_of(bytes);
  REQUIRE(reader.seek(base::RunStart + std::chrono::milliseconds(15'000)).has_value());
  const TraceEvent* before = reader.open_facts().find(base::NodeId{7}, FactSlot::View);
  REQUIRE(before != nullptr);
  CHECK(before->arguments[0] == 14'999);
  const auto next = reader.next();
  REQUIRE(next.has_value());
  REQUIRE(next->has_value());
  CHECK(**next == facts[15'000]);
  CHECK(rest_of(reader).size() == 4'999);
}

TEST_CASE("trace file: metadata of the start and of the end are both read", "[engine][trace]") {
  std::ostringstream out;
  auto writer = TraceWriter::create(out, {{"seed", "7"}, {"verdict", "running"}});
  REQUIRE(writer.has_value());
  writer->write(test::story().front());
  REQUIRE(writer->finish({{"verdict", "pass"}}).has_value());
  const TraceReader reader = reader_of(out.str());
  REQUIRE(reader.find_metadata("seed") != nullptr);
  CHECK(*reader.find_metadata("seed") == "7");
  CHECK(*reader.find_metadata("verdict") == "pass");
  CHECK(reader.find_metadata("digest") == nullptr);
}

TEST_CASE("trace file: metadata over a limit is refused by name", "[engine][trace]") {
  std::ostringstream out;
  const auto too_long =
      TraceWriter::create(out, {{"script", std::string(MetadataValueBytesMax + 1, 'x')}});
  REQUIRE(!too_long.has_value());
  CHECK(too_long.error().message.find("script") != std::string::npos);
  CHECK(TraceWriter::create(out, {{"script", std::string(MetadataValueBytesMax, 'x')}}));
  CHECK(!TraceWriter::create(out, {{"", "no key"}}));
  CHECK(!TraceWriter::create(out, Metadata(MetadataEntriesMax + 1, {"k", "v"})));
  CHECK(TraceWriter::create(out, Metadata(MetadataEntriesMax, {"k", "v"})));
}

TEST_CASE("trace file: a stream that fails is told at the end", "[engine][trace]") {
  std::ofstream full("/dev/full", std::ios::binary);
  if (!full) return splitscope::testing::skip("trace file on a full disk", "/dev/full");
  auto writer = TraceWriter::create(full, {});
  for (const TraceEvent& event : many_facts(5'000)) writer->write(event);
  CHECK(!writer->finish().has_value());
}

TEST_CASE("trace file: beyond the maximum of chunks the writer says so", "[engine][trace]") {
  const auto write_chunks = [](std::size_t count) {
    std::ofstream nowhere("/dev/null", std::ios::binary);
    auto writer = TraceWriter::create(nowhere, {});
    const TraceEvent event = fact(EventKind::MessageSent, {});
    for (std::size_t i = 0; i < count; ++i) {
      writer->write(event);
      writer->flush();
    }
    return writer->finish().has_value();
  };
  // Of the metadata there may be one chunk at the start and one at the end.
  CHECK(write_chunks(ChunkCountMax - 2));
  CHECK(!write_chunks(ChunkCountMax - 1));
}

// Run by name once for each new version: it makes the sample that the next test reads.
TEST_CASE("trace file: a sample of this version is written", "[.make-sample]") {
  std::vector<TraceEvent> facts = test::story();
  TraceEvent future = facts[4];
  future.kind = static_cast<EventKind>(4'000);
  facts.insert(facts.begin() + 5, future);
  std::ofstream out(std::string(SPLITSCOPE_TEST_DATA) + "/engine/trace/data/version_1.trace",
                    std::ios::binary);
  out << test::trace_bytes(facts);
  REQUIRE(out.good());
}

TEST_CASE("trace file: the sample of version 1 is read", "[engine][trace]") {
  const std::string path = std::string(SPLITSCOPE_TEST_DATA) + "/engine/trace/data/version_1.trace";
  auto reader = TraceReader::open(path);
  REQUIRE(reader.has_value());
  CHECK(reader->damage().empty());
  CHECK(!reader->is_index_rebuilt());
  CHECK(*reader->find_metadata("scenario") == "story");
  CHECK(rest_of(*reader) == test::story());
  // The sample has a kind of the future among its facts, written when version 1 was new.
  CHECK(reader->skipped_count() == 1);
  CHECK(reader->event_count() == test::story().size() + 1);
}

TEST_CASE("trace file: a file that is not there is an error with its name", "[engine][trace]") {
  const auto reader = TraceReader::open("no/such/run.trace");
  REQUIRE(!reader.has_value());
  CHECK(reader.error().message == "no/such/run.trace: cannot open the trace");
}

TEST_CASE("output file: the name appears only when all is written", "[engine][trace]") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "splitscope_output";
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "run.trace").string();
  {
    auto dropped = OutputFile::create(path);
    REQUIRE(dropped.has_value());
    dropped->stream() << "half";
    CHECK(!std::filesystem::exists(path));
  }
  CHECK(std::filesystem::is_empty(folder));
  auto kept = OutputFile::create(path);
  REQUIRE(kept.has_value());
  kept->stream() << "whole";
  REQUIRE(kept->commit().has_value());
  std::ifstream in(path);
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == "whole");
  auto partial = OutputFile::create((folder / "other.trace").string());
  REQUIRE(partial.has_value());
  partial->stream() << "half";
  CHECK(partial->keep_part() == (folder / "other.trace.part").string());
  CHECK(std::filesystem::file_size(folder / "other.trace.part") == 4);
  CHECK(!OutputFile::create(folder.string()).has_value());
  CHECK(!OutputFile::create((folder / "none" / "run.trace").string()).has_value());
  std::filesystem::remove_all(folder);
}
