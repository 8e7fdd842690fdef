#!/usr/bin/env -S python3 -B
"""Checks the rules of STYLE.md that a compiler does not: layers, banned calls, lengths, headers.

    tests/tidy/tidy.py [FOLDER]

Reads the files that git tracks in FOLDER (all files where there is no git) and prints each finding
as `file:line: what; write X instead`. Exit code: 0 nothing found, 1 something found, 2 no folder.
The tables come first; a rule that bends bends there, with its reason.
"""

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.dont_write_bytecode = True  # a check leaves no files behind
import cpp_text

# ---------------------------------------------------------------------------------------- tables

ENGINE = {"engine/base", "engine/env", "engine/wire", "engine/trace", "engine/net", "engine/sim"}
REAL = {"engine/base", "engine/env", "engine/wire", "engine/trace", "engine/net"}
SEAM = {"engine/base", "engine/env", "engine/wire"}
KIT = ENGINE | {"schemes/membership", "schemes/data", "schemes/registry"}
SCENARIOS = {"scenarios/kit", "scenarios/script", "scenarios/import", "scenarios/incident",
             "scenarios/replay", "scenarios/compare", "scenarios/fidelity", "scenarios/node",
             "scenarios/table", "scenarios/sockets", "scenarios/hazelcast_world"}
VIEWS = {"viz/canvas", "viz/model", "viz/report"}

# What a folder may include besides itself. CMakeLists.txt may grant less, never more.
LAYERS = {
    "engine/base": set(),
    "engine/env": {"engine/base"},
    "engine/wire": {"engine/base"},
    "engine/trace": {"engine/base"},
    "engine/net": {"engine/base"},
    "engine/lab": {"engine/base", "engine/trace", "engine/net"},
    "engine/sim": {"engine/base", "engine/env", "engine/wire", "engine/trace", "engine/net"},
    "engine/auth": SEAM,
    "engine/real": REAL,
    "schemes/membership": SEAM,
    "schemes/data": SEAM | {"schemes/membership"},
    "schemes/wka": SEAM | {"schemes/membership"},
    "schemes/multicast": SEAM | {"schemes/membership"},
    "schemes/aws": SEAM | {"schemes/membership"},
    # Tasks are listed by the same plugin: its settings, its calls and its retries.
    "schemes/ecs": SEAM | {"schemes/membership", "schemes/aws"},
    "schemes/registry": SEAM | {"schemes/membership", "schemes/data", "schemes/wka",
                                "schemes/multicast", "schemes/aws", "schemes/ecs"},
    "cloud": SEAM,
    "cloud/serve": SEAM | {"engine/real", "cloud"},
    "scenarios/kit": KIT | {"schemes/aws", "cloud"},
    "scenarios/script": KIT | {"cloud", "scenarios/kit"},
    "scenarios/import": {"engine/base", "schemes/membership"},
    "scenarios/incident": {"engine/base"},
    "scenarios/replay": KIT | {"scenarios/kit", "scenarios/script"},
    "scenarios/compare": KIT | {"schemes/aws", "cloud", "scenarios/kit", "scenarios/script",
                                "scenarios/import"},
    "scenarios/table": KIT | {"scenarios/kit", "scenarios/script"},
    "scenarios/fidelity": KIT | {"scenarios/kit", "scenarios/script"},
    "scenarios/node": KIT | {"engine/auth", "engine/real", "scenarios/kit"},
    "scenarios/sockets": KIT | {"engine/lab", "scenarios/kit", "scenarios/script",
                                "scenarios/import", "scenarios/node"},
    "scenarios/hazelcast_world": {"engine/base", "engine/lab", "schemes/membership",
                                  "scenarios/sockets"},
    "viz/canvas": {"engine/base"},
    "viz/model": {"engine/base", "engine/trace", "scenarios/kit"},
    "viz/report": {"engine/base", "engine/trace", "schemes/membership", "viz/canvas", "viz/model"}
                  | SCENARIOS,
    "cli": KIT | {"engine/auth", "engine/lab", "engine/real", "cloud", "cloud/serve"}
           | SCENARIOS | VIEWS,
    "bench": KIT | {"engine/lab"} | SCENARIOS | {"schemes/wka", "schemes/multicast"},
}
LAYERED = ("engine/", "schemes/", "cloud/", "scenarios/", "viz/", "cli/", "bench/")
SOURCES = LAYERED + ("tests/",)

# Libraries that one place hides from the rest.
HIDDEN_LIBRARIES = {
    "boost/asio": ("engine/real/",),
    "lua": ("scenarios/script/",),
    "imgui": ("viz/canvas/imgui/", "viz/panels/", "viz/app/"),
    "GLFW": ("viz/app/",),
}


@dataclass(frozen=True)
class Ban:
    pattern: str
    what: str
    instead: str
    allowed: tuple = ()  # path prefixes, each with its reason above the ban

    def finds(self, code):
        return re.finditer(self.pattern, code)


# Tests of the lab run real sockets in real time.
LAB_TESTS = ("tests/engine/lab/", "tests/cli/sockets_world_test.cpp")
TIME_OF_THE_MACHINE = ("engine/real/", "engine/lab/", "viz/app/", "cli/", "bench/") + LAB_TESTS
OWN_THREADS = ("engine/real/", "engine/lab/", "viz/app/", "cli/", "bench/",
               "scenarios/kit/worker_pool.") + LAB_TESTS

BANS = (
    Ban(r"\b\w+_clock::now\b", "a clock of the machine", "env::Clock::now", TIME_OF_THE_MACHINE),
    Ban(r"\b(clock_gettime|gettimeofday|std::time)\s*\(", "a clock of the machine",
        "env::Clock::now", TIME_OF_THE_MACHINE),
    # A member function of one's own may be called sleep; the system's take a number.
    Ban(r"\b(sleep_for|sleep_until|usleep|nanosleep)\b|\bsleep\s*\(\s*\d", "a sleeping thread",
        "a timer of env::Timers", TIME_OF_THE_MACHINE),
    Ban(r"(?<![\w.>])(std::)?s?rand\s*\(", "chance without a seed", "env::Random or base::Prng"),
    Ban(r"\brandom_device\b", "chance without a seed", "a stream derived from the root seed"),
    Ban(r"\bstd::\w+_distribution\b", "a distribution that differs between libraries",
        "the integer draws of base::Prng"),
    Ban(r"\bstd::(j?thread|async)\b(?!::hardware_concurrency)", "a thread",
        "scenarios::run_parallel", OWN_THREADS),
    Ban(r"\bstd::unordered_\w+", "a container in hash order", "std::map or a sorted vector"),
    # Off the hot path, where what is called is chosen while the program runs.
    Ban(r"\bstd::function\b", "a call that allocates",
        "base::Callback, an interface or a template parameter",
        ("scenarios/", "cli/", "viz/", "tests/", "bench/", "engine/sim/process.hpp",
         "schemes/membership/claim_rules.hpp")),
    Ban(r"\[=[\],\s]", "a lambda that captures all by value", "the names that it needs"),
    Ban(r"\bthrow\b", "a throw", "a base::Result, or SPLITSCOPE_ASSERT for our own bug"),
    # The context that a failed assertion prints, read by nothing else.
    Ban(r"\bthread_local\b", "thread_local", "a constructor's parameter",
        ("engine/base/assert.cpp",)),
    # Lua owns the memory of its values, so that they are placed into it.
    Ban(r"\bnew\b(?!\s*>)", "a new expression", "a value or std::make_unique",
        ("scenarios/script/context.hpp",)),
    Ban(r"(?<!operator )(?<!= )(?<!=)\bdelete\b", "a delete expression",
        "a value or std::unique_ptr"),
    Ban(r"\bco_(await|yield|return)\b", "a coroutine", "handlers and an enum class State"),
    Ban(r"\bis_simulated\b", "a question whether this is simulated",
        "a difference behind env::Environment"),
    Ban(r"\b(std::)?(printf|puts|fmt::print)\s*\(|\bstd::cout\b", "output from a library",
        "a returned text that cli prints", ("cli/", "bench/", "tests/")),
)

FILE_LINES = 600
FUNCTION_LINES = 70
COLUMNS = 100
HEADER_INCLUDES = 6
MEASURED = (".cpp", ".hpp", ".py", ".lua", ".cmake", "CMakeLists.txt")
# The seam gathers every interface of its folder; that is what it is for.
MANY_INCLUDES = ("engine/env/environment.hpp",)

# Sources without a test of their own name: the test that exercises them, and why there.
TESTED_ELSEWHERE = {
    "engine/base/assert.cpp": (
        "tests/engine/base/message_test.cpp", "its only effect is to end the process"),
    "schemes/data/data_merge.cpp": (
        "tests/schemes/data/data_story_test.cpp", "a merge takes two clusters"),
    "schemes/data/data_service.cpp": (
        "tests/schemes/data/data_story_test.cpp", "wires the parts of one member"),
    "schemes/data/invocations.cpp": (
        "tests/schemes/data/data_story_test.cpp", "an operation takes several members"),
    "schemes/data/map_operations.cpp": (
        "tests/schemes/data/data_story_test.cpp", "a backup takes several members"),
    "schemes/data/partition_manager.cpp": (
        "tests/schemes/data/data_story_test.cpp", "a table is shared by several members"),
    "schemes/data/partition_mover.cpp": (
        "tests/schemes/data/data_story_test.cpp", "a copy takes two members"),
    "schemes/membership/graceful_shutdown.cpp": (
        "tests/schemes/membership/cluster_story_test.cpp", "leaving takes several members"),
    "schemes/membership/address_joiner.cpp": (
        "tests/schemes/membership/join_story_test.cpp", "joining takes several members"),
    "schemes/membership/cluster_node.cpp": (
        "tests/schemes/membership/cluster_story_test.cpp", "wires the managers of one member"),
    "schemes/membership/heartbeat_manager.cpp": (
        "tests/schemes/membership/loss_story_test.cpp", "suspicion takes several members"),
    "schemes/membership/join_manager.cpp": (
        "tests/schemes/membership/join_story_test.cpp", "joining takes several members"),
    "schemes/membership/mastership.cpp": (
        "tests/schemes/membership/loss_story_test.cpp", "a claim takes several members"),
    "schemes/membership/membership_manager.cpp": (
        "tests/schemes/membership/cluster_story_test.cpp", "views pass between members"),
    "schemes/membership/split_brain_handler.cpp": (
        "tests/schemes/membership/loss_story_test.cpp", "a merge takes two clusters"),
    "schemes/membership/messages.cpp": (
        "tests/schemes/membership/message_codec_test.cpp", "data that the codec carries"),
    "engine/sim/network.cpp": (
        "tests/engine/sim/tcp_test.cpp", "carries the segments of every test there"),
    "engine/sim/packets.cpp": (
        "tests/engine/sim/datagrams_test.cpp", "the way of every packet there"),
    "engine/sim/event_queue.cpp": (
        "tests/engine/sim/ladder_queue_test.cpp", "grows from the heap to the ladder there"),
    "engine/sim/simulation.cpp": (
        "tests/engine/sim/process_test.cpp", "runs the events of every test there"),
    "engine/sim/sim_transport.cpp": (
        "tests/engine/sim/tcp_test.cpp", "is how every test there speaks to its kernel"),
    "engine/sim/tcp_open.cpp": (
        "tests/engine/sim/tcp_connect_test.cpp", "opening takes two kernels"),
    "engine/sim/tcp_send.cpp": (
        "tests/engine/sim/tcp_retransmission_test.cpp", "sending takes two kernels"),
    "engine/sim/tcp_receive.cpp": (
        "tests/engine/sim/tcp_test.cpp", "receiving takes two kernels"),
    "engine/sim/tcp_close.cpp": (
        "tests/engine/sim/tcp_test.cpp", "closing takes two kernels"),
    "engine/sim/tcp_unreachable.cpp": (
        "tests/engine/sim/tcp_retransmission_test.cpp", "losing a peer takes one to lose"),
    "engine/sim/tcp_timers.cpp": (
        "tests/engine/sim/tcp_retransmission_test.cpp", "the timers of two kernels"),
    "engine/lab/host_namespace.cpp": (
        "tests/engine/lab/lab_switch_test.cpp", "what it makes shows once frames cross it"),
    "engine/lab/lab_process.cpp": (
        "tests/engine/lab/lab_test.cpp", "a process of the lab needs a host to run on"),
    "engine/auth/join_secret.cpp": (
        "tests/engine/auth/join_handshake_test.cpp", "what every exchange is made with"),
    "engine/real/asio_library.cpp": (
        "tests/engine/real/real_transport_test.cpp", "a library of others, compiled once"),
    "engine/real/fact_log.cpp": (
        "tests/engine/real/real_process_test.cpp", "what a process reports"),
    "engine/real/http_server.cpp": (
        "tests/cli/cloud_command_test.cpp", "recorded bytes, over loopback and TLS"),
    "engine/real/listener.cpp": (
        "tests/engine/real/real_transport_test.cpp", "accepting takes two ends"),
    "engine/real/loop.cpp": (
        "tests/engine/real/real_timers_test.cpp", "runs the events of every test there"),
    "engine/real/real_clock.cpp": (
        "tests/engine/real/real_process_test.cpp", "the clock of a process"),
    "engine/real/stream_connection.cpp": (
        "tests/engine/real/real_transport_test.cpp", "a connection takes two ends"),
    "engine/trace/trace_format.cpp": (
        "tests/engine/trace/trace_file_test.cpp", "what the writer and the reader share"),
    "engine/trace/trace_index.cpp": (
        "tests/engine/trace/trace_damage_test.cpp", "rebuilt when a file is damaged"),
}

# Written so that no pattern finds itself.
MACHINE_PATH = re.compile(r"(?<![\w.~}])/(?:wor[k]|far[m]|tm[p])/")
NOT_OF_THE_PROJECT = re.compile(
    r"\b(?:sandbox(?:ed)? agen[t]|A[I] (?:assistant|agent|model)|coding agen[t]"
    r"|(?:large )?language mode[l]|LL[M]s?|ChatGP[T]|Claude Cod[e])\b", re.IGNORECASE)

# ----------------------------------------------------------------------------------------- files


@dataclass
class File:
    path: str  # from the root, with slashes
    text: str
    lines: list = field(init=False)
    code: str = field(init=False)  # C++ without comments and literals; else empty

    def __post_init__(self):
        self.lines = self.text.splitlines()
        self.code = cpp_text.code_only(self.text) if self.is_cpp() else ""

    def is_cpp(self):
        return self.path.endswith((".cpp", ".hpp"))

    def is_header(self):
        return self.path.endswith(".hpp")

    def folder(self):
        """The layer the file lies in: the longest that LAYERS names, else its own folder."""
        parent = self.path.rpartition("/")[0]
        parts = parent.split("/")
        for count in range(len(parts), 0, -1):
            if (name := "/".join(parts[:count])) in LAYERS:
                return name
        return parent

    def includes(self):
        """(line, path, whether it is the project's) of each include."""
        for number, line in enumerate(self.lines, 1):
            if match := re.match(r'\s*#\s*include\s*(["<])([^">]+)', line):
                yield number, match.group(2), match.group(1) == '"'


def tracked_paths(root):
    git = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, text=True)
    if git.returncode == 0:
        return sorted(path for path in git.stdout.split("\0") if path)
    paths = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(p.as_posix() for p in paths if not {".git", "build", "__pycache__"} & {*p.parts})


def read_files(root):
    files = []
    for path in tracked_paths(root):
        try:
            data = (root / path).read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            continue  # tracked and deleted, or a submodule
        if b"\0" not in data:
            files.append(File(path, data.decode("utf-8", errors="replace")))
    return files


# ----------------------------------------------------------------------------------------- rules
# Each takes all files and yields (path, line, what, what to write instead).


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def layers(files):
    for file in files:
        if not (file.is_cpp() and file.path.startswith(LAYERED)):
            continue
        folder = file.folder()
        if folder not in LAYERS:
            yield file.path, 1, f"{folder} has no layer", "a line for it in LAYERS of tidy.py"
            continue
        for line, include, is_own in file.includes():
            if is_own:
                yield from wrong_include(file, folder, line, include)


def wrong_include(file, folder, line, include):
    if "/" not in include:
        yield file.path, line, f'"{include}" is not from the root', f'"{folder}/{include}"'
        return
    seen = File(include, "").folder()
    if seen == folder or seen in LAYERS[folder]:
        return
    below = ", ".join(sorted(LAYERS[folder])) or "itself alone"
    yield file.path, line, f"{folder} does not see {seen}", f"it with {below}, or move the code"


def granted_layers(files):
    """CMakeLists.txt decides what compiles; it may not grant what LAYERS does not."""
    for file in files:
        if file.path != "CMakeLists.txt":
            continue
        for call in re.finditer(r"splitscope_library\(([\w/]+)([^)]*)\)", file.text):
            folder, rest = call.groups()
            line = line_of(file.text, call.start())
            depends = re.search(r"\bDEPENDS\s([^A-Z]*)", rest)
            for granted in depends.group(1).split() if depends else ():
                if granted not in LAYERS.get(folder, {granted}):
                    yield (file.path, line, f"{folder} is granted {granted}",
                           "a layer that LAYERS of tidy.py allows")


def hidden_libraries(files):
    for file in files:
        if not file.path.startswith(LAYERED):
            continue
        for line, include, is_own in file.includes():
            for library, places in HIDDEN_LIBRARIES.items():
                if not is_own and include.startswith(library) and not file.path.startswith(places):
                    yield (file.path, line, f"<{include}> is hidden in {places[0]}",
                           "it with an interface of that folder")


def banned(files):
    for file in files:
        if not (file.is_cpp() and file.path.startswith(SOURCES)):
            continue
        code = cpp_text.DIRECTIVE.sub(cpp_text.blank, file.code)
        for ban in BANS:
            if file.path.startswith(ban.allowed):
                continue
            for match in ban.finds(code):
                yield (file.path, line_of(code, match.start()),
                       f"{ban.what}: {match.group().strip()}", ban.instead)


def lengths(files):
    for file in files:
        if not file.path.endswith(MEASURED):
            continue
        if len(file.lines) > FILE_LINES:
            yield (file.path, FILE_LINES + 1, f"{len(file.lines)} lines in a file",
                   f"two files of at most {FILE_LINES}, each with its own purpose")
        for number, line in enumerate(file.lines, 1):
            if len(line) > COLUMNS:
                yield file.path, number, f"{len(line)} columns", f"lines of at most {COLUMNS}"
        for function in cpp_text.functions(file.code):
            if function.length > FUNCTION_LINES:
                yield (file.path, function.line,
                       f"{function.name} has {function.length} lines",
                       f"helpers of at most {FUNCTION_LINES} that it calls")


def headers(files):
    for file in files:
        if not (file.is_header() and file.path.startswith(SOURCES)):
            continue
        if not re.search(r"^#pragma once$", file.text, re.MULTILINE):
            yield file.path, 1, "a header without #pragma once", "#pragma once below its comment"
        if not file.text.startswith(("//", "/*")):
            yield (file.path, 1, "a header that does not say what it hides",
                   "a comment of 2 to 5 lines as its beginning")
        own = [line for line, _, is_own in file.includes() if is_own]
        if len(own) > HEADER_INCLUDES and file.path not in MANY_INCLUDES:
            yield (file.path, own[HEADER_INCLUDES], f"{len(own)} project includes in a header",
                   f"forward declarations, or a smaller header (at most {HEADER_INCLUDES})")


def is_tested(path, files_by_path):
    """By the test of its name, one beside it that includes its header, or one of the table."""
    stem = path.removesuffix(".cpp")
    if f"tests/{stem}_test.cpp" in files_by_path:
        return True
    if path in TESTED_ELSEWHERE:
        return TESTED_ELSEWHERE[path][0] in files_by_path
    folder = "tests/" + path.rpartition("/")[0] + "/"
    include = f'#include "{stem}.hpp"'
    return any(other.startswith(folder) and other.endswith("_test.cpp") and include in file.text
               for other, file in files_by_path.items())


def tests(files):
    by_path = {file.path: file for file in files}
    for path in by_path:
        if path.startswith(("engine/", "schemes/")) and path.endswith(".cpp"):
            if not is_tested(path, by_path):
                yield (path, 1, "a source that no test mentions",
                       f"tests/{path.removesuffix('.cpp')}_test.cpp, or its reason in tidy.py")


def belongs_here(files):
    for file in files:
        for number, line in enumerate(file.lines, 1):
            if match := MACHINE_PATH.search(line):
                yield (file.path, number, f"a path of one machine ({match.group()})",
                       "a relative one")
            if match := NOT_OF_THE_PROJECT.search(line):
                yield file.path, number, f"'{match.group()}' is not of the project", "what it does"


RULES = (layers, granted_layers, hidden_libraries, banned, lengths, headers, tests, belongs_here)


def check(root):
    """All findings of the folder, as sorted lines of text."""
    files = read_files(root)
    findings = sorted(finding for rule in RULES for finding in rule(files))
    return [f"{path}:{line}: {what}; write {instead} instead"
            for path, line, what, instead in findings]


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    if not root.is_dir():
        print(f"{root} is no folder; name the root of the sources", file=sys.stderr)
        return 2
    findings = check(root)
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
