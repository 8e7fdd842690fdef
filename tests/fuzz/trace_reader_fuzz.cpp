// Any bytes: the trace reader must neither crash nor go on for ever, and what it answers twice must
// be equal.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>

#include "engine/trace/checksum.hpp"
#include "engine/trace/event_text.hpp"
#include "engine/trace/trace_reader.hpp"

using namespace splitscope::trace;

namespace {

// Errors are at most one for a chunk, so a reader that makes no progress is found.
std::uint64_t read_all(TraceReader& reader, std::size_t size) {
  std::uint64_t facts = 0;
  std::uint64_t errors = 0;
  for (;;) {
    const auto next = reader.next();
    if (!next) {
      if (++errors > size) std::abort();
      continue;
    }
    if (!*next) return facts;
    if (to_line(**next).empty() || ++facts > size) std::abort();
  }
}

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  const auto four = bytes_of(bytes).subspan(at, 4);
  return Cursor(four).little<std::uint32_t>();
}
void put_number(std::string& bytes, std::size_t at, std::uint32_t number) {
  Bytes four;
  append_little(four, number);
  bytes.replace(at, 4, text_of(four));
}

// Makes every checksum right, so that mutations reach what lies behind them.
std::string with_checksums(std::string bytes) {
  if (bytes.size() < PreambleBytes) return bytes;
  put_number(bytes, 12, crc32(bytes_of(bytes).first(12)));
  for (std::size_t at = PreambleBytes; at + ChunkHeaderBytes <= bytes.size();) {
    const std::size_t rest = bytes.size() - at - ChunkHeaderBytes;
    const std::size_t size = number_at(bytes, at + 4);
    if (size > rest) return bytes;
    put_number(bytes, at + 8, crc32(bytes_of(bytes).subspan(at + ChunkHeaderBytes, size)));
    put_number(bytes, at + 12, crc32(bytes_of(bytes).subspan(at, 12)));
    at += ChunkHeaderBytes + size;
  }
  return bytes;
}

void check(const std::string& bytes) {
  const std::size_t size = bytes.size();
  auto reader = TraceReader::open(std::make_unique<std::istringstream>(bytes), "fuzz");
  if (!reader) return;
  const std::uint64_t facts = read_all(*reader, size);
  const auto half = [](splitscope::base::Instant time) { return time.time_since_epoch() / 2; };
  const splitscope::base::Instant middle{half(reader->first_time()) + half(reader->last_time())};
  if (reader->seek(middle) && read_all(*reader, size) > facts) std::abort();
  reader->rewind();
  if (read_all(*reader, size) != facts) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  check(with_checksums(bytes));
  return 0;
}
