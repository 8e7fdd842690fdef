#include "scenarios/hazelcast_world/maven_project.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/lab/file_descriptor.hpp"

namespace splitscope::scenarios {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view Needed =
    "real Hazelcast needs Java 17 and Maven: apt-get install openjdk-17-jdk-headless maven";
constexpr std::size_t LastWordsMax = 800;

// Where the shell would find it, or nothing.
std::string find_program(const std::string& name) {
  constexpr const char* Places[] = {"/usr/local/bin/", "/usr/bin/", "/bin/"};
  const char* path = ::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string found = folder + "/" + name;
    if (!folder.empty() && ::access(found.c_str(), X_OK) == 0) return found;
  }
  if (path != nullptr) return "";
  for (const char* place : Places) {
    if (::access((place + name).c_str(), X_OK) == 0) return place + name;
  }
  return "";
}

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// All that a build depends on, in order.
std::string sources_text(const fs::path& project) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(project, error)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".java" || extension == ".xml") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::string text;
  for (const fs::path& path : paths) text += path.string() + "\n" + text_of(path);
  return text;
}

// The exit code; what it says goes to `log`.
int run_quietly(std::vector<std::string> arguments, const fs::path& folder, const fs::path& log) {
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  const int flags = O_WRONLY | O_CREAT | O_TRUNC;
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), flags, 0600);
  ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  pid_t child = 0;
  const int failed =
      ::posix_spawn(&child, words.front(), &actions, nullptr, words.data(), ::environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return 127;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

base::Result<void> run_maven(const std::string& maven, const HazelcastRelease& release,
                             const fs::path& project, const fs::path& target) {
  std::vector<std::string> command{maven,
                                   "-q",
                                   "-B",
                                   "-o",
                                   "package",
                                   "-pl",
                                   "common," + release.module,
                                   "-Dsplitscope.target=" + target.string(),
                                   "-Dhazelcast.version=" + release.version};
  const fs::path log = target / "maven.log";
  if (run_quietly(command, project, log) == 0) return {};
  std::erase(command, "-o");
  if (run_quietly(command, project, log) == 0) return {};
  std::string words = text_of(log);
  if (words.size() > LastWordsMax) words.erase(0, words.size() - LastWordsMax);
  return base::failure(fmt::format("Maven cannot build the member of Hazelcast {}; it said:\n{}",
                                   release.version, words));
}

}  // namespace

base::Result<HazelcastRelease> hazelcast_release(const std::string& version) {
  const auto is_of = [&version](std::string_view line) {
    if (!version.starts_with(line)) return false;
    const std::string rest = version.substr(line.size());
    const bool is_number = rest.size() > 1 && rest.front() == '.' &&
                           rest.find_first_not_of("0123456789", 1) == std::string::npos;
    return rest.empty() || is_number;
  };
  if (is_of("5.3")) {
    return HazelcastRelease{version == "5.3" ? "5.3.8" : version, "hz5", schemes::Engine::Hz53};
  }
  if (is_of("3.12")) {
    return HazelcastRelease{version == "3.12" ? "3.12.13" : version, "hz3", schemes::Engine::Hz312};
  }
  return base::failure("--hazelcast " + version + ": write 5.3.8, 3.12.13 or another 5.3 or 3.12");
}

base::Result<BuiltMember> build_hazelcast(const HazelcastRelease& release,
                                          const MavenFolders& folders) {
  const std::string java = find_program("java");
  const std::string maven = find_program("mvn");
  if (java.empty() || maven.empty()) return base::failure(std::string(Needed));
  const fs::path target = folders.target / release.version;
  std::error_code error;
  fs::create_directories(target, error);
  if (error) return base::failure(target.string() + ": " + error.message());
  const lab::FileDescriptor line(
      ::open((target / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!line.is_open()) return base::failure(target.string() + ": cannot be written");
  ::flock(line.get(), LOCK_EX);
  const fs::path module = target / release.module;
  const fs::path jar = module / (release.module + "-1.jar");
  const fs::path stamp = target / "sources";
  const std::string sources = sources_text(folders.project);
  if (sources.empty()) {
    return base::failure(folders.project.string() + ": the Maven project is not there");
  }
  if (!fs::exists(jar) || text_of(stamp) != sources) {
    auto built = run_maven(maven, release, folders.project, target);
    if (!built.has_value()) return std::unexpected(built.error());
    std::ofstream(stamp, std::ios::binary) << sources;
  }
  return BuiltMember{java, fmt::format("{}:{}/*", jar.string(), (module / "lib").string())};
}

}  // namespace splitscope::scenarios
