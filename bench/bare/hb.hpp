// Shared pieces of the C++ drivers: arguments, phases, node state, result line.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <time.h>
namespace hb {
using u32 = uint32_t;
using u64 = uint64_t;
using i64 = int64_t;
constexpr i64 US = 1000, MS = 1000000, SEC = 1000000000;
inline u64 mix(u64 z) {
  z += 0x9E3779B97F4A7C15ull;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}
inline u64 r(u64 seed, u64 i, u64 k) {
  return mix(mix(seed * 0x9E3779B97F4A7C15ull + i) + k);
}
inline i64 hb_phase(u64 seed, u64 i) {
  return (10000 + (i64)(r(seed, i, 1) % 4980000)) * US;
}
inline i64 ck_phase(u64 seed, u64 i) {
  return (10000 + (i64)(r(seed, i, 2) % 980000)) * US;
}
struct Rng {
  u64 s;
  explicit Rng(u64 x) : s(mix(x) | 1) {}  // wyrand-like, one multiply
  u64 next() {
    s += 0xa0761d6478bd642full;
    __uint128_t m = (__uint128_t)s * (s ^ 0xe7037ed1a0b428dbull);
    return (u64)(m >> 64) ^ (u64)m;
  }
  u32 below(u32 n) { return (u32)(((next() >> 32) * (u64)n) >> 32); }
};
struct Msg {
  u32 sender, seq;
  unsigned char fill[56];
};
static_assert(sizeof(Msg) == 64);
struct Args {
  u32 n = 10;
  u32 T = 100;
  bool gossip = false;
  u64 seed = 1;
  u32 repeat = 1;
  std::string mode = "default";
  bool hash = false;
};
inline Args parse(int c, char** v) {
  Args a;
  for (int i = 1; i < c; i++) {
    std::string s = v[i];
    auto nx = [&] { return std::string(v[++i]); };
    if (s == "--n")
      a.n = std::stoul(nx());
    else if (s == "--t")
      a.T = std::stoul(nx());
    else if (s == "--variant")
      a.gossip = (nx() == "gossip");
    else if (s == "--seed")
      a.seed = std::stoull(nx());
    else if (s == "--repeat")
      a.repeat = std::stoul(nx());
    else if (s == "--mode")
      a.mode = nx();
    else if (s == "--hash")
      a.hash = true;
  }
  return a;
}
struct Counters {
  u64 deliver = 0, hb = 0, check = 0, timeouts = 0, sum = 0, hash = 1469598103934665603ull;
  u64 events() const { return deliver + hb + check; }
  void h(u64 t, u32 d, u32 s, u32 q) {
    hash = (hash ^ t) * 1099511628211ull;
    hash = (hash ^ ((u64)d << 32 | s)) * 1099511628211ull;
    hash = (hash ^ q) * 1099511628211ull;
  }
};
// per-node liveness table, dense (mesh) or 32-slot partial view (gossip)
struct Table {
  u32 n;
  bool g;
  std::vector<i64> last;
  std::vector<u32> peer;
  Table(u32 n, bool g)
      : n(n),
        g(g),
        last(g ? (size_t)n * 32 : (size_t)n * n, -1),
        peer(g ? (size_t)n * 32 : 0, ~0u) {}
  void heard(u32 me, u32 from, i64 now) {
    if (g) {
      size_t k = (size_t)me * 32 + (from & 31);
      peer[k] = from;
      last[k] = now;
    } else
      last[(size_t)me * n + from] = now;
  }
  u32 check(u32 me, i64 now) const {
    const i64 lim = now - 15 * SEC;
    const u32 m = g ? 32 : n;
    const i64* p = &last[(size_t)me * m];
    u32 c = 0;
    for (u32 i = 0; i < m; i++) c += (p[i] >= 0) & (p[i] < lim);
    return c;
  }
};
inline double now_s() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}
inline double cpu_s() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}
inline long rss_kb() {
  rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_maxrss;
}
inline void report(const char* tool, const Args& a, const Counters& c, double wall, double run) {
  printf(
      "{\"tool\":\"%s\",\"mode\":\"%s\",\"variant\":\"%s\",\"n\":%u,\"T\":%u,\"seed\":%llu,"
      "\"repeat\":%u,\"deliver\":%llu,\"hb\":%llu,\"check\":%llu,\"events\":%llu,\"timeouts\":%llu,"
      "\"wall\":%.6f,\"cpu_run\":%.6f,\"cpu_total\":%.6f,\"rss_kb\":%ld,\"hash\":\"%016llx\"}\n",
      tool, a.mode.c_str(), a.gossip ? "gossip" : "mesh", a.n, a.T, (unsigned long long)a.seed,
      a.repeat, (unsigned long long)c.deliver, (unsigned long long)c.hb,
      (unsigned long long)c.check, (unsigned long long)c.events(), (unsigned long long)c.timeouts,
      wall, run, cpu_s(), rss_kb(), (unsigned long long)c.hash);
}
}  // namespace hb
