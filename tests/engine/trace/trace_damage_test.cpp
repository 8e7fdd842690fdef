// What the reader does with files that were cut short, damaged or made to hurt.
#include <sstream>

#include <catch2/catch.hpp>

#include "engine/trace/checksum.hpp"
#include "engine/trace/trace_reader.hpp"
#include "engine/trace/trace_writer.hpp"
#include "facts.hpp"

using namespace splitscope;
using namespace splitscope::trace;
using base::EventKind;
using base::TraceEvent;

namespace {

base::Result<TraceReader> open_bytes(const std::string& bytes) {
  return TraceReader::open(std::make_unique<std::istringstream>(bytes), "t");
}

struct Outcome {
  std::vector<TraceEvent> facts;
  std::vector<std::string> errors;
};
Outcome read_all(TraceReader& reader) {
  Outcome outcome;
  for (;;) {
    const auto next = reader.next();
    if (!next) {
      outcome.errors.push_back(next.error().message);
    } else if (!*next) {
      return outcome;
    } else {
      outcome.facts.push_back(**next);
    }
  }
}

// A file with one chunk for each fact of the story, and where the chunks begin.
struct Chunked {
  std::string bytes;
  std::vector<std::size_t> offsets;
};
Chunked chunked_story() {
  std::ostringstream out;
  Chunked chunked;
  auto writer = TraceWriter::create(out, {});
  for (const TraceEvent& event : test::story()) {
    chunked.offsets.push_back(out.str().size());
    writer->write(event);
    writer->flush();
  }
  REQUIRE(writer->finish().has_value());
  chunked.bytes = out.str();
  return chunked;
}

std::string chunk(const char* tag, const Bytes& payload) {
  Bytes bytes;
  append_chunk_header(bytes, {chunk_tag(tag[0], tag[1], tag[2], tag[3]),
                              static_cast<std::uint32_t>(payload.size()), crc32(payload)});
  append(bytes, payload);
  return std::string(text_of(bytes));
}

std::string preamble() {
  return test::trace_bytes({}).substr(0, PreambleBytes);
}

}  // namespace

TEST_CASE("trace reader: a file cut anywhere gives a prefix of its facts", "[engine][trace]") {
  const std::string bytes = chunked_story().bytes;
  const std::vector<TraceEvent> story = test::story();
  std::size_t best = 0;
  for (std::size_t size = PreambleBytes; size < bytes.size(); ++size) {
    auto reader = open_bytes(bytes.substr(0, size));
    REQUIRE(reader.has_value());
    CHECK(reader->is_index_rebuilt());
    const Outcome outcome = read_all(*reader);
    CHECK(outcome.errors.empty());
    REQUIRE(outcome.facts.size() <= story.size());
    CHECK(std::equal(outcome.facts.begin(), outcome.facts.end(), story.begin()));
    CHECK(outcome.facts.size() >= best);
    best = outcome.facts.size();
  }
  CHECK(best == story.size());
}

TEST_CASE("trace reader: bytes that are no trace are refused with the place", "[engine][trace]") {
  CHECK(open_bytes("").error().message == "t: byte 0: this is not a splitscope trace");
  CHECK(open_bytes("{\"traceEvents\":[]}").error().message ==
        "t: byte 0: this is not a splitscope trace");
  std::string bytes = test::trace_bytes({});
  bytes[9] = 9;
  CHECK(open_bytes(bytes).error().message == "t: byte 8: the preamble is damaged");
}

TEST_CASE("trace reader: a newer version is refused by its number", "[engine][trace]") {
  Bytes newer;
  append(newer, bytes_of(preamble().substr(0, 8)));
  append_little(newer, std::uint16_t{2});
  append_little(newer, std::uint16_t{0});
  append_little(newer, crc32(newer));
  const auto reader = open_bytes(std::string(text_of(newer)));
  REQUIRE(!reader.has_value());
  CHECK(reader.error().message ==
        "t: byte 8: the trace has format version 2; this program reads version 1");
}

TEST_CASE("trace reader: one damaged chunk costs its own facts alone", "[engine][trace]") {
  Chunked chunked = chunked_story();
  const std::size_t damaged = chunked.offsets[5];
  chunked.bytes[damaged + ChunkHeaderBytes + 3] ^= 1;
  std::vector<TraceEvent> expected = test::story();
  expected.erase(expected.begin() + 5);

  auto reader = open_bytes(chunked.bytes);
  REQUIRE(reader.has_value());
  const Outcome with_index = read_all(*reader);
  CHECK(with_index.facts == expected);
  REQUIRE(with_index.errors.size() == 1);
  CHECK(with_index.errors[0] ==
        "t: byte " + std::to_string(damaged) + ": the chunk's checksum does not match");

  auto rebuilt = open_bytes(chunked.bytes.substr(0, chunked.bytes.size() - 1));
  REQUIRE(rebuilt.has_value());
  CHECK(rebuilt->damage() == with_index.errors[0]);
  CHECK(read_all(*rebuilt).facts == expected);
}

TEST_CASE("trace reader: after damage the state comes from the next keyframe", "[engine][trace]") {
  Chunked chunked = chunked_story();
  chunked.bytes[chunked.offsets[12] + ChunkHeaderBytes] ^= 1;  // process_paused is lost
  auto reader = open_bytes(chunked.bytes);
  REQUIRE(reader.has_value());
  std::size_t errors = 0;
  while (errors == 0) errors += reader->next().has_value() ? 0 : 1;
  REQUIRE(reader->next().has_value());
  const TraceEvent* process = reader->open_facts().find(base::NodeId{1}, FactSlot::Process);
  REQUIRE(process != nullptr);
  CHECK(process->kind == EventKind::ProcessPaused);
}

TEST_CASE("trace reader: a damaged chunk header is passed by means of the index",
          "[engine][trace]") {
  Chunked chunked = chunked_story();
  chunked.bytes[chunked.offsets[5] + 5] ^= 0x40;  // its size
  auto reader = open_bytes(chunked.bytes);
  REQUIRE(reader.has_value());
  const Outcome outcome = read_all(*reader);
  CHECK(outcome.facts.size() == test::story().size() - 1);
  REQUIRE(outcome.errors.size() == 1);
  CHECK(outcome.errors[0].find("the chunk's header is damaged") != std::string::npos);
}

TEST_CASE("trace reader: chunks of kinds it does not know are skipped", "[engine][trace]") {
  Chunked chunked = chunked_story();
  const std::string extra = chunk("XTRA", Bytes(100, std::byte{0x55}));
  chunked.bytes.insert(chunked.offsets[3], extra);  // the index no longer fits: rebuilt
  auto reader = open_bytes(chunked.bytes);
  REQUIRE(reader.has_value());
  CHECK(reader->is_index_rebuilt());
  CHECK(reader->damage().empty());
  CHECK(read_all(*reader).facts == test::story());
}

TEST_CASE("trace reader: facts of kinds it does not know are skipped and counted",
          "[engine][trace]") {
  std::vector<TraceEvent> facts = test::story();
  TraceEvent future = facts[4];
  future.kind = static_cast<EventKind>(4'000);
  facts.insert(facts.begin() + 5, future);
  auto reader = open_bytes(test::trace_bytes(facts));
  REQUIRE(reader.has_value());
  CHECK(read_all(*reader).facts == test::story());
  CHECK(reader->skipped_count() == 1);
}

TEST_CASE("trace reader: records may grow at their end", "[engine][trace]") {
  const TraceEvent event = test::story()[7];
  Bytes record;
  RecordCoder().append(record, event);
  append_varint(record, 99);  // a fifth argument of some later version
  record[0] = static_cast<std::byte>(record.size() - 1);
  Cursor cursor(record);
  TraceEvent read;
  REQUIRE(RecordCoder().read(cursor, read));
  CHECK(read == event);
  CHECK(cursor.remaining() == 0);
}

TEST_CASE("trace reader: hostile sizes and counts are errors, not memory", "[engine][trace]") {
  Bytes many;  // says 2^32-1 facts in no bytes at all
  append_little(many, std::uint64_t{0});
  append_little(many, std::uint64_t{0});
  append_little(many, std::uint64_t{0});
  append_little(many, ~std::uint32_t{0});
  append_little(many, std::uint32_t{0});
  auto reader = open_bytes(preamble() + chunk("EVTS", many));
  REQUIRE(reader.has_value());
  CHECK(reader->damage() == "t: byte 16: the events chunk is malformed");
  CHECK(reader->event_count() == 0);

  Bytes huge;
  append_chunk_header(huge, {EventsTag, ~std::uint32_t{0}, 0});
  reader = open_bytes(preamble() + std::string(text_of(huge)));
  REQUIRE(reader.has_value());
  CHECK(reader->damage().find("is over the limit") != std::string::npos);

  Bytes metadata;
  append_varint(metadata, MetadataEntriesMax + 1);
  reader = open_bytes(preamble() + chunk("META", metadata));
  REQUIRE(reader.has_value());
  CHECK(reader->damage() == "t: byte 16: the metadata is malformed");
}

TEST_CASE("trace reader: any one changed byte never crashes nor invents facts", "[engine][trace]") {
  const std::string bytes = chunked_story().bytes;
  const std::vector<TraceEvent> story = test::story();
  for (std::size_t at = PreambleBytes; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] ^= 0x21;
    auto reader = open_bytes(damaged);
    REQUIRE(reader.has_value());
    // A missing chunk hides facts; the checksums keep the others as they were.
    for (const TraceEvent& event : read_all(*reader).facts) {
      CHECK(std::find(story.begin(), story.end(), event) != story.end());
    }
  }
}
