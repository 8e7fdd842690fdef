#include "cli/recordings.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/run_json.hpp"
#include "scenarios/import/import.hpp"
#include "scenarios/import/member_list.hpp"

namespace splitscope::cli {

namespace fs = std::filesystem;

namespace {

constexpr base::Duration FlushInterval = std::chrono::seconds{1};
// A trace file holds at most 256 entries about the run.
constexpr std::size_t LabelsMax = 200;

}  // namespace

base::Result<void> Recordings::open(const std::string& trace_path, const std::string& pcap_path,
                                    const scenarios::RunSpec& spec, const std::string& replay) {
  replay_ = replay;
  if (!trace_path.empty()) {
    auto file = trace::OutputFile::create(trace_path);
    if (!file.has_value()) return std::unexpected(file.error());
    trace_file_.emplace(std::move(*file));
    auto writer = trace::TraceWriter::create(
        trace_file_->stream(),
        {{"scenario", spec.script_path}, {"seed", std::to_string(spec.seed)}, {"replay", replay_}});
    if (!writer.has_value()) return std::unexpected(writer.error());
    trace_writer_.emplace(std::move(*writer));
    literal_path_ = fs::path(trace_path).replace_extension(".literal.lua").string();
    auto literal = trace::OutputFile::create(literal_path_);
    if (!literal.has_value()) return std::unexpected(literal.error());
    literal_file_.emplace(std::move(*literal));
  }
  if (!pcap_path.empty()) {
    auto file = trace::OutputFile::create(pcap_path);
    if (!file.has_value()) return std::unexpected(file.error());
    pcap_file_.emplace(std::move(*file));
  }
  return {};
}

void Recordings::attach(scenarios::SimWorld& world) {
  if (trace_writer_.has_value()) {
    world.add_fact_listener(*this);
    world.set_availability_listener(*this);
  }
  if (pcap_file_.has_value()) {
    capture_.emplace(pcap_file_->stream(), world.cluster().network(), replay_);
    world.cluster().network().set_observer(&*capture_);
  }
}

void Recordings::detach(scenarios::SimWorld& world) {
  if (!capture_.has_value()) return;
  world.cluster().network().set_observer(nullptr);
  captured_ = capture_->finish();
  capture_.reset();
}

void Recordings::on_fact(const base::TraceEvent& fact) {
  trace_writer_->write(fact);
  written_to_ = fact.time;
  if (interrupt_ == nullptr || fact.time - flushed_at_ < FlushInterval) return;
  flushed_at_ = fact.time;
  trace_writer_->flush();
  if (!trace_file_->stream()) interrupt_->ask();
}

void Recordings::on_availability(base::Instant at, const scenarios::Availability& availability) {
  base::TraceEvent derived;
  // In real time, facts of that moment may still come.
  derived.time = interrupt_ == nullptr ? at : written_to_;
  derived.kind = base::EventKind::AvailabilityChanged;
  derived.arguments = {availability.live, availability.agreed, availability.split_forced,
                       availability.split_needless};
  trace_writer_->write(derived);
  written_to_ = derived.time;
}

void Recordings::attach(scenarios::SocketWorld& world, lab::Lab& lab, lab::Interrupt& interrupt) {
  interrupt_ = &interrupt;
  if (trace_writer_.has_value()) {
    world.add_fact_listener(*this);
    world.set_availability_listener(*this);
  }
  if (!pcap_file_.has_value()) return;
  frame_capture_.emplace(pcap_file_->stream(), trace::CaptureOptions{.comment = replay_});
  lab.network().set_observer(&*frame_capture_);
}

void Recordings::detach(lab::Lab& lab) {
  if (!frame_capture_.has_value()) return;
  lab.network().set_observer(nullptr);
  captured_ = frame_capture_->finish();
  frame_capture_.reset();
}

base::Result<void> Recordings::save(const scenarios::Played& played) {
  if (trace_writer_.has_value()) {
    if (auto saved = save_trace(played.record); !saved.has_value()) return saved;
    literal_file_->stream() << played.literal;
    if (auto saved = literal_file_->commit(); !saved.has_value()) return saved;
  }
  if (pcap_file_.has_value()) {
    if (!captured_->has_value()) return std::unexpected(captured_->error());
    if (auto saved = pcap_file_->commit(); !saved.has_value()) return saved;
  }
  return {};
}

base::Result<void> Recordings::save_trace(const scenarios::RunRecord& record) {
  trace::Metadata end{{"digest", digest_text(record.digest)},
                      {"verdict", std::string(scenarios::to_text(record.verdict))},
                      {"ended", std::to_string(base::nanoseconds(record.ended_at))}};
  for (std::size_t index = 0; index < std::min(record.faults.size(), LabelsMax); ++index) {
    const std::string& label = record.faults[index].fault.label;
    if (!label.empty()) end.push_back({fmt::format("fault.{}", index), label});
  }
  const auto written = trace_writer_->finish(end);
  if (written.has_value()) return trace_file_->commit();
  return base::failure(written.error().message + "; what came before is in " +
                       trace_file_->keep_part());
}

base::Result<scenarios::ClusterSpec> load_cluster_spec(const std::string& path) {
  auto file = scenarios::read_source_file(path);
  if (!file.has_value()) return std::unexpected(file.error());
  const std::vector<scenarios::SourceFile> files{std::move(*file)};
  auto imported = scenarios::import_files(files, placeholders_from({}));
  if (!imported.has_value()) return std::unexpected(imported.error());
  scenarios::ClusterSpec spec;
  spec.config = std::move(imported->config);
  spec.members = static_cast<std::uint32_t>(scenarios::default_member_count(spec.config));
  for (const scenarios::ListedMember& listed : scenarios::listed_members(spec.config.wka.members)) {
    const auto address = base::parse_ipv4(listed.host);
    spec.addresses.push_back(address.value_or(base::Ipv4{}));
    spec.host_names.push_back(address.has_value() ? "" : listed.host);
    spec.ports.push_back(listed.port);
  }
  return spec;
}

}  // namespace splitscope::cli
