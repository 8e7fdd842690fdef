// The script language: what scripts may do, what they may not, and how mistakes are answered.
#include <string>

#include <catch2/catch.hpp>

#include "scenarios/script/play.hpp"

using namespace splitscope;
using namespace splitscope::scenarios;
using Catch::Matchers::Contains;

namespace {

const std::string Cluster =
    "c = cluster { scheme = wka { well_known = { 'n1' } }, members = 3 } c:start()\n"
    "run_until(c:agreed(), '120s')\n";

Played run(const std::string& text, std::uint64_t seed = 1,
           std::map<std::string, std::string> parameters = {}) {
  RunSpec spec;
  spec.script_path = "test.lua";
  spec.script = text;
  spec.seed = seed;
  spec.parameters = std::move(parameters);
  PlayOptions options;
  options.script.instructions_max = 2'000'000;
  options.script.load_module = [](std::string_view name) -> base::Result<std::string> {
    if (name == "lib/faults") return std::string("return { who = 'n2' }");
    return base::failure("there is no module " + std::string(name));
  };
  return play(spec, options);
}

std::string error_of(const std::string& text) {
  const Played played = run(text);
  CHECK(played.script.end == ScriptOutcome::End::Error);
  return played.script.error;
}

}  // namespace

TEST_CASE("script: a run that meets its expectations passes", "[scenarios][script]") {
  const Played played = run(Cluster + "kill('n3') expect(eventually(c:agreed(), '10s'))");
  CHECK(played.script.end == ScriptOutcome::End::Finished);
  CHECK(played.record.verdict == Verdict::Pass);
}

TEST_CASE("script: a missed expectation fails and says what was seen", "[scenarios][script]") {
  const Played played = run(Cluster + "kill('n3')\nexpect(c:agreed(), 'at once')");
  REQUIRE(played.record.verdict == Verdict::Fail);
  CHECK_THAT(played.record.reasons.front(), Contains("line 4") && Contains("at once"));
}

TEST_CASE("script: a wait that runs out ends the script and fails the run", "[scenarios][script]") {
  const Played played =
      run(Cluster + "run_until(c:islands():above(1), '5s')\nprint('never printed')");
  CHECK(played.script.end == ScriptOutcome::End::WaitFailed);
  CHECK(played.record.verdict == Verdict::Fail);
  CHECK(played.notes.empty());
}

TEST_CASE("script: a fault that touches nothing makes the run inconclusive",
          "[scenarios][script]") {
  const Played played = run(Cluster + "block { multicast = true } run_for('10s')");
  CHECK(played.record.verdict == Verdict::Inconclusive);
}

TEST_CASE("script: mistakes name the line and what to write", "[scenarios][script]") {
  CHECK_THAT(error_of("x = kil('n1')"),
             Contains("test.lua:1:") && Contains("did you mean \"kill\""));
  CHECK_THAT(error_of("cluster { scheme = wka { well_known = { 1 } }, membrs = 3 }"),
             Contains("did you mean \"members\""));
  CHECK_THAT(error_of(Cluster + "kill('n9')"), Contains("test.lua:3:") && Contains("n1, n2, n3"));
  CHECK_THAT(error_of(Cluster + "partition({ 'n1' })"), Contains("two or more groups"));
  CHECK_THAT(error_of(Cluster + "partition({ 'n1' }, { 'n1', 'n2' })"), Contains("on two sides"));
  CHECK_THAT(error_of(Cluster + "run_for('5 minutes')"), Contains("is not a duration"));
  CHECK_THAT(error_of(Cluster + "run_until(c:agreed())"), Contains("a deadline is missing"));
  CHECK_THAT(error_of(Cluster + "expect(c:masters())"), Contains("compare it"));
  CHECK_THAT(error_of(Cluster + "lose { rate = 2 }"), Contains("between 0 and 1"));
  CHECK_THAT(error_of(Cluster + "drop { type = 'FinalizeJion' }"), Contains("no message type"));
  CHECK_THAT(error_of("site 'lann'"), Contains("did you mean \"lan\""));
  CHECK_THAT(error_of("cloud.lag {}"), Contains("say what is late"));
  CHECK_THAT(error_of("cluster { scheme = wka { well_known = { 1 } }, profile = 'hz-9' }"),
             Contains("hz-5.3"));
}

TEST_CASE("script: unknown parameters are an error that lists the known ones",
          "[scenarios][script]") {
  const Played played = run("param('members', 3)", 1, {{"memebers", "5"}});
  CHECK(played.script.end == ScriptOutcome::End::Error);
  CHECK_THAT(played.script.error, Contains("members"));
}

TEST_CASE("script: parameters take the type of their default", "[scenarios][script]") {
  const Played played = run("print(param('n', 3) + 1, param('on', false), param('s', 'x'))", 1,
                            {{"n", "7"}, {"on", "true"}, {"s", "y"}});
  REQUIRE(played.notes.size() == 1);
  CHECK(played.notes.front() == "8\ttrue\ty");
}

TEST_CASE("script: the sandbox has no way out", "[scenarios][script]") {
  for (const char* name : {"io", "os", "load", "loadstring", "dofile", "debug", "package",
                           "collectgarbage", "pcall"}) {
    CHECK_THAT(error_of(std::string("x = ") + name), Contains("is not defined"));
  }
  CHECK_THAT(error_of("require '../secret'"), Contains("own folder"));
  CHECK_THAT(error_of("require '/etc/passwd'"), Contains("own folder"));
  CHECK_THAT(error_of("setmetatable({}, { __gc = print })"), Contains("finalisers"));
  CHECK_THAT(error_of("x = ('x'):rep(1e9)"), Contains("would exceed"));
  CHECK_THAT(error_of("while true do end"), Contains("without end"));
  CHECK_THAT(error_of("t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end"),
             Contains("not enough memory") || Contains("without end"));
  CHECK_THAT(error_of("\x1bLua"), Contains("attempt to load") || Contains("test.lua"));
}

TEST_CASE("script: what depends on addresses or hash order is closed", "[scenarios][script]") {
  const Played played =
      run("t = { b = 1, a = 2, [2] = 'y', [1] = 'x' }\n"
          "s = '' for k, v in pairs(t) do s = s .. tostring(k) end\n"
          "print(s, tostring({}), tostring(print))");
  REQUIRE(played.notes.size() == 1);
  CHECK(played.notes.front() == "12ab\ttable\tfunction");
  CHECK_THAT(error_of("for k in pairs({ [{}] = 1 }) do end"), Contains("only numbers and strings"));
}

TEST_CASE("script: random numbers come from the seed", "[scenarios][script]") {
  const std::string text = "print(math.random(1000000), math.random())";
  CHECK(run(text, 5).notes == run(text, 5).notes);
  CHECK(run(text, 5).notes != run(text, 6).notes);
}

TEST_CASE("script: modules come from the script's own folder", "[scenarios][script]") {
  CHECK(run("print(require('lib/faults').who)").notes.front() == "n2");
  CHECK_THAT(error_of("require 'lib/none'"), Contains("no module"));
}

TEST_CASE("script: triggers fire while time passes, and may not let it pass",
          "[scenarios][script]") {
  const Played played = run(Cluster +
                            "on('member_removed', { of = 'n3' }, function() print('gone') end)\n"
                            "at('60s', function() kill('n3') end)\n"
                            "run_for('2m')");
  REQUIRE(played.notes.size() == 1);
  CHECK(played.notes.front() == "gone");
  const Played wrong = run(Cluster + "at('60s', function() run_for('1s') end) run_for('2m')");
  CHECK(wrong.script.end == ScriptOutcome::End::Error);
  CHECK_THAT(wrong.script.error, Contains("time cannot pass"));
}

TEST_CASE("script: work inside library functions is bounded too", "[scenarios][script]") {
  // Each would run for minutes or take all memory if only Lua's own instructions were counted.
  for (const char* text :
       {"s = ('a'):rep(60000) x = s:find(('a?'):rep(500) .. ('a'):rep(500) .. 'b')",
        "s = ('x'):rep(60000) while true do s:gsub('.', '%0') end",
        "t = {} for i = 1, 90000 do t[i] = i % 7 end while true do table.sort(t) end",
        "t = {} for i = 1, 90000 do t[i] = 'abcdefgh' end x = table.concat(t)",
        "while true do table.unpack({}, 1, 9000) end", "x = (' '):rep(60000):rep(60000)",
        "x = string.format('%99999d', 1)"}) {
    INFO(text);
    CHECK_FALSE(error_of(text).empty());
  }
}

TEST_CASE("script: lists that hold themselves are an error, not a hang", "[scenarios][script]") {
  CHECK_FALSE(error_of(Cluster + "t = {} t[1] = t kill(t)").empty());
  CHECK_FALSE(error_of(Cluster + "t = {} t[1] = t partition(t, 'n1')").empty());
  CHECK_FALSE(
      error_of("t = {} t[1] = t cluster { scheme = wka { list = t }, members = 2 }").empty());
}

TEST_CASE("script: a condition may not grow without end", "[scenarios][script]") {
  CHECK_FALSE(
      error_of(Cluster + "x = c:agreed() for i = 1, 40 do x = x & x end expect(x)").empty());
}

TEST_CASE("script: an error in a trigger ends the run and names its line", "[scenarios][script]") {
  const std::string error =
      error_of(Cluster + "at('60s', function()\nerror('out of luck') end) run_for('2m')");
  CHECK_THAT(error, Contains("test.lua:4") && Contains("out of luck"));
}

TEST_CASE("script: durations that no run can reach are an error", "[scenarios][script]") {
  for (const char* text : {"run_for('999999999999h')", "run_for(1e300)", "run_for(-1)",
                           "run_for(0/0)", "x = c:join_bound() * 1e30", "at(1/0, print)"}) {
    INFO(text);
    CHECK_FALSE(error_of(Cluster + text).empty());
  }
}

TEST_CASE("script: a text never shows an address", "[scenarios][script]") {
  CHECK_FALSE(error_of("print(string.format('%p', {}))").empty());
  CHECK(run("print(string.format('%s %s', {}, print))").notes ==
        run("print(string.format('%s %s', {}, print))").notes);
  CHECK(run("print(string.format('%s', {}))").notes.front().find("0x") == std::string::npos);
}

TEST_CASE("script: order of sorting does not depend on a clock", "[scenarios][script]") {
  const std::string text =
      "t = {} for i = 1, 2000 do t[i] = { key = i % 3, at = i } end\n"
      "table.sort(t, function(a, b) return a.key < b.key end)\n"
      "s = '' for i = 1, 20 do s = s .. t[i].at .. ' ' end print(s)";
  CHECK(run(text).notes.front() == "3 6 9 12 15 18 21 24 27 30 33 36 39 42 45 48 51 54 57 60 ");
}

TEST_CASE("script: what it shows is its first comment, of one line or more",
          "[scenarios][script]") {
  CHECK(script_summary("-- One\n-- sentence.\nx = 1\n-- no more") == "One sentence.");
  CHECK(script_summary("-- One.\r\n--\r\n-- Not this.") == "One.");
  CHECK(script_summary("--") == "");
  CHECK(script_summary("x = 1 -- no") == "");
  CHECK(script_summary("") == "");
}

TEST_CASE("script: the canary fails", "[scenarios][script]") {
  std::FILE* file = std::fopen(SPLITSCOPE_TEST_DATA "/scenarios/script/canary_must_fail.lua", "r");
  REQUIRE(file != nullptr);
  std::string text(4096, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  CHECK(run(text).record.verdict == Verdict::Fail);
}

TEST_CASE("script: a record tells when members were removed, and what lists they held",
          "[scenarios][script]") {
  const Played played =
      run("local log = record()\n" + Cluster +
          "run_for('1s') local before = now() kill('n3') run_for('10s')\n"
          "local t = log:first { 'member_removed', by = 'n2', of = 'n3', after = before }\n"
          "measure('detect', t - before)\n"
          "measure('again', log:first { 'member_removed', by = 'n2', of = 'n1' })\n"
          "measure('removals', log:count { 'member_removed' })\n"
          "measure('view', table.concat(log:view('n2'), '>'))\n"
          "local last = log:views('n2', { after = before })\n"
          "measure('lists', #last) measure('size', #last[1].members)\n"
          "measure('endpoint', log:endpoint('n1')) measure('agreed', c:agreed():holds())");
  INFO(played.script.error);
  const std::vector<Measurement>& measured = played.script.measurements;
  REQUIRE(measured.size() == 8);
  CHECK(measured[0].number > 200.0);
  CHECK(measured[0].number < 2000.0);
  CHECK(measured[1].text == "never");
  CHECK(measured[2].text == "2");
  CHECK_THAT(measured[3].text, Contains("n1>n2") || Contains("n2>n1"));
  CHECK(measured[4].text == "1");
  CHECK(measured[5].text == "2");
  CHECK(measured[6].text == "10.77.0.11:5701");
  CHECK(measured[7].text == "true");
}

TEST_CASE("script: a record does not change the run", "[scenarios][script]") {
  const std::string rest = Cluster + "kill('n1') run_for('30s')";
  CHECK(run("record() " + rest).record.digest == run(rest).record.digest);
}

TEST_CASE("script: what a record does not keep is an error", "[scenarios][script]") {
  CHECK_THAT(error_of("record():first { 'message_sent' }"), Contains("does not keep"));
  CHECK_THAT(error_of("record():first { 'member_remved' }"), Contains("did you mean"));
  CHECK_THAT(error_of("record():first('x')"), Contains("write for example"));
  CHECK_THAT(error_of("measure('x', {})"), Contains("a figure is"));
  CHECK_THAT(error_of("for i = 1, 20000 do measure('x', i) end"), Contains("at most 10000"));
}

TEST_CASE("script: a start may have properties and a boot time of its own", "[scenarios][script]") {
  const std::string text =
      "local log = record()\n"
      "c = cluster { scheme = wka { well_known = { 'n1' } }, members = 2 }\n"
      "local quick = { ['hazelcast.wait.seconds.before.join'] = 0 }\n"
      "start { 'n1', properties = quick, boot = '3s' }\n"
      "run_until(c:started('n1'), '60s') measure('boot', log:first { 'member_starting' })\n"
      "local t = now() start { 'n2', properties = quick } run_until(c:started('n2'), '60s')\n"
      "measure('join', now() - t)";
  const Played played = run(text);
  INFO(played.script.error);
  REQUIRE(played.script.measurements.size() == 2);
  CHECK(played.script.measurements[0].number == 3000.0);
  CHECK(played.script.measurements[1].number < 3000.0);
  CHECK_THAT(played.literal, Contains("boot = \"3s\"") &&
                                 Contains("[\"hazelcast.wait.seconds.before.join\"] = \"0\""));
  CHECK_THAT(error_of("cluster { scheme = 'wka:n1', members = 1 }\n"
                      "start { 'n1', properties = { ['hazelcast.max.join.secnds'] = 1 } }"),
             Contains("hazelcast.max.join.seconds"));
}

TEST_CASE("script: a pulled cable is found out by ARP", "[scenarios][script]") {
  const auto join_ms = [](const std::string& cable) {
    const Played played =
        run("c = cluster { scheme = wka { well_known = { 'n1' } }, members = 2 }\n"
            "start('n1') run_until(c:started('n1'), '60s') isolate { 'n1'" +
            cable +
            " }\n"
            "local t = now() start('n2') run_until(c:started('n2'), '60s')\n"
            "measure('join', now() - t)");
    REQUIRE(played.script.measurements.size() == 1);
    return *played.script.measurements.front().number;
  };
  CHECK(join_ms(", cable = true") < 6000);
  CHECK(join_ms("") > 10000);
}
