// Codes of facts in words.
#include "scenarios/kit/fact_words.hpp"

#include <catch2/catch.hpp>

#include "scenarios/kit/fault.hpp"

using namespace splitscope;
using trace::CodeSet;

TEST_CASE("fact words: each layer's words for its codes, and nothing for a number beyond them",
          "[scenarios]") {
  const scenarios::FactWords words;
  CHECK(words.text_of(CodeSet::FaultKind,
                      static_cast<std::uint64_t>(scenarios::FaultKind::Partition)) == "partition");
  CHECK(words.text_of(CodeSet::RemovalReason, 1) == "no heartbeat");
  CHECK(words.text_of(CodeSet::SuspicionReason, 1) == "no connection");
  CHECK(words.text_of(CodeSet::MessageType, 1) != "");
  CHECK(words.text_of(CodeSet::MergeDecision, 0) == "local should merge");
  for (const CodeSet set : {CodeSet::FaultKind, CodeSet::CloseReason, CodeSet::MessageType,
                            CodeSet::JoinFailure, CodeSet::JoinRefusal, CodeSet::RemovalReason,
                            CodeSet::SuspicionReason, CodeSet::MergeDecision, CodeSet::CloudCall}) {
    CHECK(words.text_of(set, 250) == "");
    CHECK(words.text_of(set, 0x1'0000'0001) == "");
  }
}
