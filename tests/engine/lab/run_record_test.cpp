#include "engine/lab/run_record.hpp"

#include <catch2/catch.hpp>

namespace splitscope::lab {

TEST_CASE("run record: what is written is read back", "[engine][lab]") {
  const RunRecordText record{"boot-id", {100, 5}, {{101, 6}, {102, 7}}, "/var/run/x"};
  CHECK(parse_run_record(to_text(record)) == record);
}

TEST_CASE("run record: a torn or foreign line is passed over", "[engine][lab]") {
  const RunRecordText record = parse_run_record(
      "splitscope lab 1\nboot b\nrunner 100 5\nprocess 1 3\nprocess x 4\nprocess 7\nweather fine\n"
      "folder relative\n\nprocess 9 10\nprocess 11 1");
  CHECK(record.boot == "b");
  CHECK(record.processes == std::vector<ProcessIdentity>{{9, 10}});
  CHECK(record.folder.empty());
  CHECK(parse_run_record("").runner.pid == 0);
}

TEST_CASE("run record: a process is known by its start, not by its number alone", "[engine][lab]") {
  const auto self = identity_of(::getpid());
  REQUIRE(self.has_value());
  CHECK(self->started > 0);
  CHECK(identity_of(::getpid()) == self);
  CHECK_FALSE(identity_of(0x7fff'fff0).has_value());
}

}  // namespace splitscope::lab
