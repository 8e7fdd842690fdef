#!/usr/bin/env -S python3 -B
"""Tests of tidy.py: each rule finds an offence planted in an otherwise clean tree."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import cpp_text
import tidy

HEADER = "// What a clean header looks like.\n#pragma once\n\n"
SOURCE = HEADER.replace("#pragma once\n", '#include "engine/net/route.hpp"\n')
CLEAN = {
    "engine/net/route.hpp": HEADER + '#include "engine/base/time.hpp"\n\nint hops(int from);\n',
    "engine/net/route.cpp": SOURCE + "int hops(int from) {\n  return from;\n}\n",
    "engine/base/time.hpp": HEADER,
    "tests/engine/net/route_test.cpp": '#include "engine/net/route.hpp"\n',
    "CMakeLists.txt": "splitscope_library(engine/net DEPENDS engine/base)\n",
    "README.md": "# A project\n",
}


class PlantedOffence(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.plant(CLEAN)

    def plant(self, files):
        for path, text in files.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(text)

    def add_code(self, code, path="engine/net/route.cpp"):
        """Adds a statement to a clean source."""
        self.plant({path: SOURCE + f"void added() {{\n  {code}\n}}\n"})

    def assert_one(self, where, *words):
        findings = tidy.check(self.root)
        self.assertEqual(len(findings), 1, findings)
        self.assertTrue(findings[0].startswith(where + ": "), findings[0])
        self.assertRegex(findings[0], r"^[^:]+:\d+: .+; write .+ instead$")
        for word in words:
            self.assertIn(word, findings[0])

    def assert_clean(self):
        self.assertEqual(tidy.check(self.root), [])


class Layers(PlantedOffence):
    def test_a_clean_tree_has_no_findings(self):
        self.assert_clean()

    def test_an_include_of_a_layer_above_is_found(self):
        self.plant({"engine/net/route.hpp": HEADER + '#include "engine/sim/network.hpp"\n'})
        self.assert_one("engine/net/route.hpp:4", "engine/net does not see engine/sim")

    def test_an_include_of_a_sibling_is_found(self):
        self.plant({"schemes/wka/wka.hpp": HEADER + '#include "schemes/multicast/joiner.hpp"\n'})
        self.assert_one("schemes/wka/wka.hpp:4", "does not see schemes/multicast")

    def test_a_scheme_that_sees_the_simulator_is_found(self):
        self.plant({"schemes/wka/wka.hpp": HEADER + '#include "engine/sim/network.hpp"\n'})
        self.assert_one("schemes/wka/wka.hpp:4", "does not see engine/sim", "engine/env")

    def test_the_registry_sees_the_schemes(self):
        self.plant({"schemes/registry/all.hpp": HEADER + '#include "schemes/wka/wka.hpp"\n'})
        self.assert_clean()

    def test_an_include_that_is_not_from_the_root_is_found(self):
        self.plant({"engine/net/route.hpp": HEADER + '#include "hop.hpp"\n'})
        self.assert_one("engine/net/route.hpp:4", '"engine/net/hop.hpp"')

    def test_a_folder_without_a_layer_is_found(self):
        self.plant({"services/jobs/jobs.hpp": HEADER, "viz/panels/panel.hpp": HEADER})
        self.assert_one("viz/panels/panel.hpp:1", "viz/panels has no layer")

    def test_cmake_may_not_grant_what_the_table_does_not(self):
        self.plant({"CMakeLists.txt": "\nsplitscope_library(engine/net\n  DEPENDS engine/base "
                                      "engine/sim\n  PRIVATE Boost::json)\n"})
        self.assert_one("CMakeLists.txt:2", "engine/net is granted engine/sim")

    def test_a_hidden_library_is_found_outside_its_folder(self):
        include = "#include <lua.hpp>\n"
        self.plant({"scenarios/script/stack.hpp": HEADER + include})
        self.assert_clean()
        self.plant({"scenarios/kit/stack.hpp": HEADER + include})
        self.assert_one("scenarios/kit/stack.hpp:4", "<lua.hpp> is hidden in scenarios/script/")


class BannedCalls(PlantedOffence):
    OFFENCES = {
        "auto now = std::chrono::steady_clock::now();": "env::Clock::now",
        "clock_gettime(CLOCK_MONOTONIC, &now);": "env::Clock::now",
        "std::this_thread::sleep_for(pause);": "env::Timers",
        "::sleep(3);": "env::Timers",
        "int chance = rand();": "env::Random",
        "std::srand(7);": "env::Random",
        "std::random_device seed;": "root seed",
        "std::uniform_int_distribution<int> die(1, 6);": "base::Prng",
        "std::thread other(work);": "run_parallel",
        "std::jthread other(work);": "run_parallel",
        "std::unordered_map<int, int> seen;": "std::map",
        "std::function<void()> act;": "base::Callback",
        "auto act = [=] { return from; };": "names that it needs",
        "auto act = [=, &to] { return from; };": "names that it needs",
        "throw 1;": "base::Result",
        "thread_local int depth = 0;": "parameter",
        "auto* hop = new Hop(1);": "make_unique",
        "delete hop;": "unique_ptr",
        "delete[] hops;": "unique_ptr",
        "co_await timer;": "State",
        "if (host.is_simulated()) return;": "env::Environment",
        'std::printf("%d", from);': "cli prints",
        "std::cout << from;": "cli prints",
    }
    CLEAN_CODE = (
        "// throw new std::thread, or sleep(3)",
        'const char* text = "throw new std::thread";',
        'const char* text = R"x(delete hop; ")x";',
        "const int many = 1'000'000; const char quote = '\"';",
        "joiner.sleep(Seconds{3}); sleep(delay);",
        "auto operand = random.operand(3);",
        "auto act = [from] { return from; };",
        "value[index]= 3;",
        "Route(const Route&) = delete;",
        "const int new_version = old_version + 1;",
        "std::snprintf(text, size, format);",
        "const auto cores = std::thread::hardware_concurrency();",
    )
    ALLOWED = {
        "cli/terminal.cpp": "auto now = std::chrono::steady_clock::now();",
        "scenarios/kit/worker_pool.cpp": "std::jthread other(work);",
        "engine/sim/process.hpp": "std::function<void()> act;",
        "tests/engine/net/hop_test.cpp": "std::function<void()> act;",
        "scenarios/kit/world.hpp": "std::function<void()> act;",
        "bench/main.cpp": 'std::printf("%d", from);',
    }

    def test_each_is_found_and_its_replacement_named(self):
        for code, instead in self.OFFENCES.items():
            with self.subTest(code):
                self.add_code(code)
                self.assert_one("engine/net/route.cpp:5", instead)

    def test_what_only_looks_like_one_is_not_found(self):
        for code in self.CLEAN_CODE:
            with self.subTest(code):
                self.add_code(code)
                self.assert_clean()

    def test_the_places_that_may_are_left_alone(self):
        for path, code in self.ALLOWED.items():
            self.plant({path: HEADER + f"inline void added() {{\n  {code}\n}}\n"})
        self.assert_clean()

    def test_the_allowance_of_one_place_is_not_that_of_its_neighbour(self):
        self.add_code("std::jthread other(work);", "scenarios/kit/sim_world.cpp")
        self.assert_one("scenarios/kit/sim_world.cpp:5", "std::jthread", "run_parallel")


class Lengths(PlantedOffence):
    def function(self, lines):
        return "void long_one() {\n" + "  step();\n" * (lines - 2) + "}\n"

    def test_a_file_may_have_600_lines_and_no_more(self):
        self.plant({"tests/engine/net/route_test.cpp": "\n" * 600})
        self.assert_clean()
        self.plant({"tests/engine/net/route_test.cpp": "\n" * 601})
        self.assert_one("tests/engine/net/route_test.cpp:601", "601 lines in a file")

    def test_a_function_may_have_70_lines_and_no_more(self):
        self.plant({"engine/net/route.cpp": SOURCE + self.function(70)})
        self.assert_clean()
        self.plant({"engine/net/route.cpp": SOURCE + self.function(71)})
        self.assert_one("engine/net/route.cpp:4", "long_one has 71 lines")

    def test_a_line_may_have_100_columns_and_no_more(self):
        self.plant({"scenarios/library/cut.lua": "x" * 100 + "\n"})
        self.assert_clean()
        self.plant({"scenarios/library/cut.lua": "\n" + "x" * 101 + "\n"})
        self.assert_one("scenarios/library/cut.lua:2", "101 columns")

    def test_columns_are_characters_not_bytes(self):
        self.plant({"scenarios/library/cut.lua": "-- " + "\u2013" * 97 + "\n"})
        self.assert_clean()

    def test_functions_are_told_from_types_namespaces_and_tables(self):
        body = "  int value;\n" * 80
        code = (f"namespace splitscope {{\nclass Big {{\n{body}}};\n"
                f"const int Table[] = {{\n{body}}};\n"
                "int Big::get() const {\n  if (value) {\n    return 1;\n  }\n  return 2;\n}\n}\n")
        self.assertEqual(cpp_text.functions(code), [cpp_text.Function("Big::get", 166, 6)])

    def test_methods_in_a_class_are_functions(self):
        code = "class Big {\n  int a() { return 1; }\n  int b(int x)\n  {\n    return x;\n  }\n};\n"
        self.assertEqual([(f.name, f.line, f.length) for f in cpp_text.functions(code)],
                         [("a", 2, 1), ("b", 3, 4)])


class Headers(PlantedOffence):
    def test_a_header_without_pragma_once_is_found(self):
        self.plant({"engine/base/time.hpp": "// Time.\n"})
        self.assert_one("engine/base/time.hpp:1", "#pragma once")

    def test_a_header_without_a_leading_comment_is_found(self):
        self.plant({"engine/base/time.hpp": "#pragma once\n// Time.\n"})
        self.assert_one("engine/base/time.hpp:1", "a comment of 2 to 5 lines")

    def test_the_seventh_project_include_of_a_header_is_found(self):
        own = [f'#include "engine/base/part{number}.hpp"\n' for number in range(7)]
        self.plant({"engine/base/time.hpp": HEADER + "#include <map>\n" + "".join(own[:6])})
        self.assert_clean()
        self.plant({"engine/base/time.hpp": HEADER + "#include <map>\n" + "".join(own)})
        self.assert_one("engine/base/time.hpp:11", "7 project includes")
        (self.root / "engine/base/time.hpp").write_text(HEADER)
        self.plant({"engine/env/environment.hpp": HEADER + "".join(own)})
        self.assert_clean()


class Tests(PlantedOffence):
    def test_a_source_without_a_test_is_found(self):
        (self.root / "tests/engine/net/route_test.cpp").unlink()
        self.assert_one("engine/net/route.cpp:1", "tests/engine/net/route_test.cpp")

    def test_a_test_beside_it_that_includes_its_header_counts(self):
        (self.root / "tests/engine/net/route_test.cpp").rename(
            self.root / "tests/engine/net/path_test.cpp")
        self.assert_clean()

    def test_a_test_of_another_folder_does_not_count(self):
        (self.root / "tests/engine/sim").mkdir()
        (self.root / "tests/engine/net/route_test.cpp").rename(
            self.root / "tests/engine/sim/path_test.cpp")
        self.assert_one("engine/net/route.cpp:1", "no test mentions")

    def test_an_excused_source_needs_the_test_that_excuses_it(self):
        source, (test, _) = next(iter(tidy.TESTED_ELSEWHERE.items()))
        self.plant({source: "// Excused.\n", test: "// Its test.\n"})
        self.assert_clean()
        (self.root / test).unlink()
        self.assert_one(source + ":1", "no test mentions")


class WhatBelongs(PlantedOffence):
    def test_a_path_of_one_machine_is_found_in_any_text(self):
        for folder in ("work", "farm", "tmp"):
            with self.subTest(folder):
                self.plant({"README.md": f"# A project\n\nSee /{folder}/main.\n"})
                self.assert_one("README.md:3", f"/{folder}/")

    def test_a_relative_path_is_not(self):
        self.plant({"README.md": "See scenarios/work/main and ~/tmp/main.\n"})
        self.assert_clean()

    def test_words_about_who_wrote_it_are_found(self):
        self.plant({"README.md": "Written by an A" + "I assistant.\n"})
        self.assert_one("README.md:1", "not of the project")

    def test_the_agent_of_the_domain_is_not(self):
        self.plant({"README.md": "The Hazelcast agent reads clustering.agent.\n"})
        self.assert_clean()


class Program(PlantedOffence):
    def run_tidy(self, folder):
        script = Path(tidy.__file__)
        return subprocess.run([sys.executable, str(script), str(folder)],
                              capture_output=True, text=True, check=False)

    def test_the_exit_code_says_whether_anything_was_found(self):
        self.assertEqual(self.run_tidy(self.root).returncode, 0)
        self.add_code("throw 1;")
        found = self.run_tidy(self.root)
        self.assertEqual(found.returncode, 1)
        self.assertIn("engine/net/route.cpp:5: a throw", found.stdout)
        self.assertEqual(self.run_tidy(self.root / "nowhere").returncode, 2)

    def test_with_git_only_what_is_tracked_is_read(self):
        self.add_code("throw 1;")
        for arguments in (["init", "-q"], ["add", "."], ["rm", "-q", "--cached",
                                                         "engine/net/route.cpp"]):
            subprocess.run(["git", "-C", str(self.root), *arguments], check=True)
        self.assert_clean()

    def test_files_that_are_no_text_are_skipped(self):
        (self.root / "sample.trace").write_bytes(b"\0\xff/" + b"work/main\n")
        self.assert_clean()


if __name__ == "__main__":
    unittest.main()
