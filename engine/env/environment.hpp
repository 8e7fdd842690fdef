// THE SEAM. All that a membership scheme can reach of the world, injected through its constructor.
// Nothing behind it may be asked whether it is simulated.
#pragma once

#include "engine/env/clock.hpp"
#include "engine/env/event_sink.hpp"
#include "engine/env/http_client.hpp"
#include "engine/env/random.hpp"
#include "engine/env/resolver.hpp"
#include "engine/env/timers.hpp"
#include "engine/env/transport.hpp"

namespace splitscope::env {

// References only: copy it freely. Everything referred to outlives the program that it is given to.
struct Environment {
  const Clock& clock;
  Timers& timers;
  Transport& transport;
  Random& random;
  Resolver& resolver;
  HttpClient& http;
  EventSink& events;
};

}  // namespace splitscope::env
