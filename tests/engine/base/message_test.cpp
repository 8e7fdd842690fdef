#include "engine/base/message.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace splitscope::base;

namespace {

std::vector<std::byte> bytes_of(const std::string& text) {
  const auto view = std::as_bytes(std::span(text));
  return {view.begin(), view.end()};
}

}  // namespace

TEST_CASE("messages: copies share the bytes, and the pool knows what is alive", "[engine][base]") {
  MessagePool pool;
  {
    const Message first = pool.make(bytes_of("hello"));
    const Message second = first;
    CHECK(second.bytes().data() == first.bytes().data());
    CHECK(pool.live_count() == 1);
  }
  CHECK(pool.live_count() == 0);
}

TEST_CASE("messages: hold what they were made of, in any size", "[engine][base]") {
  REQUIRE(rc::check([](const std::string& text, std::uint16_t padding) {
    MessagePool pool;
    std::string whole = text + std::string(padding, 'x');
    const Message message = pool.make(bytes_of(whole));
    RC_ASSERT(message.size() == whole.size());
    RC_ASSERT(std::ranges::equal(message.bytes(), std::as_bytes(std::span(whole))));
    RC_ASSERT(message.hash() == hash_bytes(message.bytes()));
  }));
}

TEST_CASE("messages: the largest size fits, an empty handle is empty", "[engine][base]") {
  MessagePool pool;
  const std::vector<std::byte> large(MessagePool::LargestSize);
  CHECK(pool.make(large).size() == MessagePool::LargestSize);
  CHECK(Message{}.is_empty());
  CHECK(Message{}.hash() == 0);
}

TEST_CASE("messages: equal bytes have equal hashes, one bit changes them", "[engine][base]") {
  std::vector<std::byte> bytes = bytes_of("the quick brown fox");
  const std::uint64_t before = hash_bytes(bytes);
  CHECK(hash_bytes(bytes) == before);
  bytes[7] ^= std::byte{1};
  CHECK(hash_bytes(bytes) != before);
}
