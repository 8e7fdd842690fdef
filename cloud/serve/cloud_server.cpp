#include "cloud/serve/cloud_server.hpp"

#include "engine/real/real_clock.hpp"
#include "engine/wire/sigv4.hpp"

namespace splitscope::cloud {

// One address. Where `host` is given, callers reach that host by it, whatever they call it.
class CloudServer::Door final : public real::HttpSource {
 public:
  Door(CloudServer& server, std::string_view host) : server_(server), host_(host) {}

  base::Result<void> open(const real::HttpServerOptions& options) {
    auto opened = real::HttpServer::open(server_.loop_, options, *this);
    if (!opened.has_value()) return std::unexpected(opened.error());
    listener_ = std::move(*opened);
    return {};
  }
  base::Endpoint local() const { return listener_->local(); }

  real::ServedAnswer answer(const real::ServedRequest& served) override {
    Call call;
    call.method = served.request.method;
    const std::string& url = served.request.url;
    const std::size_t question = std::min(url.find('?'), url.size());
    call.path = url.substr(0, question);
    if (question < url.size()) call.query = url.substr(question + 1);
    call.host = host_.empty() ? wire::header_value(served.request.headers, "host").value_or("")
                              : std::string(host_);
    call.headers = served.request.headers;
    call.body = served.request.body;
    call.caller = served.peer.address;
    call.at = server_.loop_.now();
    call.wall = server_.wall();
    Answer answer = server_.cloud_.answer(call);
    return {answer.is_lost, answer.late, std::move(answer.response)};
  }

 private:
  CloudServer& server_;
  std::string_view host_;
  std::unique_ptr<real::HttpServer> listener_;
};

base::Result<std::unique_ptr<CloudServer>> CloudServer::open(real::Loop& loop,
                                                             const CloudServerOptions& options,
                                                             const CloudState& state) {
  auto server = std::make_unique<CloudServer>(Key{}, loop, options, state);
  if (auto opened = server->open_doors(options); !opened.has_value()) {
    return std::unexpected(opened.error());
  }
  return server;
}

CloudServer::CloudServer(Key, real::Loop& loop, const CloudServerOptions& options,
                         const CloudState& state)
    : loop_(loop), cloud_(state.options, options.seed), keeper_(cloud_) {
  loop_.begin_event();
  apply(state);
}

CloudServer::~CloudServer() = default;

base::Result<void> CloudServer::open_doors(const CloudServerOptions& options) {
  const auto open_door = [this](std::unique_ptr<Door>& door, std::string_view host,
                                const real::HttpServerOptions& where) {
    door = std::make_unique<Door>(*this, host);
    return door->open(where);
  };
  auto done = open_door(api_, "", {options.api, options.certificate_path, options.key_path});
  if (done.has_value() && options.instance_metadata) {
    done = open_door(instances_, InstanceMetadataHost, {*options.instance_metadata, "", ""});
  }
  if (done.has_value() && options.task_metadata) {
    done = open_door(tasks_, TaskMetadataHost, {*options.task_metadata, "", ""});
  }
  return done;
}

void CloudServer::apply(const CloudState& state) {
  wall_offset_ = state.clock ? *state.clock - real::machine_wall_clock() : base::Duration{};
  keeper_.apply(state, loop_.now());
}

base::WallTime CloudServer::wall() const {
  return real::machine_wall_clock() + wall_offset_;
}

base::Endpoint CloudServer::api() const {
  return api_->local();
}
base::Endpoint CloudServer::instance_metadata() const {
  return instances_ == nullptr ? base::Endpoint{} : instances_->local();
}
base::Endpoint CloudServer::task_metadata() const {
  return tasks_ == nullptr ? base::Endpoint{} : tasks_->local();
}

}  // namespace splitscope::cloud
