// bare-limit: the same workload with nothing between queue and handler. --mode selects the
// future-event set.
//  pq_inline : std::priority_queue, 88-byte events with the message inline
//  pq        : std::priority_queue of 16-byte handles, messages in a pooled slab
//  heap4     : 4-ary implicit heap of 16-byte handles, pooled messages
//  heap4_inl : 4-ary heap, message inline
//  radix     : radix heap (monotone), handles
//  wheel     : ladder: 1 bucket = 2^bits ns ring, bucket sorted when it becomes current, overflow
//  for timers (far list) wheelm    : same, but one burst = one shared refcounted message buffer (no
//  per-message copy)
// Order is total and deterministic in every mode: (time, insertion sequence).
#include <algorithm>
#include <queue>

#include "bench/bare/hb.hpp"
using namespace hb;
enum : u32 { DELIVER = 0, HB = 1, CK = 2 };
// handle: 16 bytes. key = time(ns, 44 bits: 4.8 h) ... kept as full i64 time + packed u64
// (seq24|kind|slot) is too small; use 2 words:
struct H {
  u64 t;
  u32 seq;
  u32 ref;
};  // ref: kind in top 2 bits, pool slot or node in the rest
static inline bool lt(const H& a, const H& b) {
  return ((__uint128_t)a.t << 32 | a.seq) < ((__uint128_t)b.t << 32 | b.seq);
}
struct Slot {
  Msg m;
  u32 dst;
  u32 next;
};
struct Pool {
  std::vector<Slot> s;
  u32 free_ = ~0u;
  u32 get() {
    if (free_ == ~0u) {
      s.emplace_back();
      return (u32)s.size() - 1;
    }
    u32 i = free_;
    free_ = s[i].next;
    return i;
  }
  void put(u32 i) {
    s[i].next = free_;
    free_ = i;
  }
};
struct PQ {
  struct G {
    bool operator()(const H& a, const H& b) const { return lt(b, a); }
  };
  std::priority_queue<H, std::vector<H>, G> q;
  void push(H h) { q.push(h); }
  bool pop(H& o, u64 lim) {
    if (q.empty() || q.top().t >= lim) return false;
    o = q.top();
    q.pop();
    return true;
  }
};
template <class E, class L>
struct Heap4 {
  std::vector<E> v;
  L less;
  void push(const E& e) {
    size_t i = v.size();
    v.push_back(e);
    while (i) {
      size_t p = (i - 1) >> 2;
      if (!less(e, v[p])) break;
      v[i] = v[p];
      i = p;
    }
    v[i] = e;
  }
  bool pop(E& o, u64 lim) {
    if (v.empty() || v[0].t >= lim) return false;
    o = v[0];
    E e = v.back();
    v.pop_back();
    size_t n = v.size();
    if (!n) return true;
    size_t i = 0;
    for (;;) {
      size_t c = 4 * i + 1;
      if (c >= n) break;
      size_t m = c;
      size_t e4 = std::min(c + 4, n);
      if (e4 - c == 4) {
        size_t a = less(v[c + 1], v[c]) ? c + 1 : c, b = less(v[c + 3], v[c + 2]) ? c + 3 : c + 2;
        m = less(v[b], v[a]) ? b : a;
      } else
        for (size_t k = c + 1; k < e4; k++)
          if (less(v[k], v[m])) m = k;
      if (!less(v[m], e)) break;
      v[i] = v[m];
      i = m;
    }
    v[i] = e;
    return true;
  }
};
struct LtH {
  bool operator()(const H& a, const H& b) const { return lt(a, b); }
};
struct Radix {
  std::vector<H> b[65];
  u64 last = 0;
  size_t cur = 0;  // bucket 0 = equal times, FIFO by seq (sorted on refill)
  static int idx(u64 x) { return x ? 64 - __builtin_clzll(x) : 0; }
  void push(H h) { b[idx(h.t ^ last)].push_back(h); }
  bool pop(H& o, u64 lim) {
    if (cur >= b[0].size()) {
      b[0].clear();
      cur = 0;
      int i = 1;
      while (i < 65 && b[i].empty()) i++;
      if (i == 65) return false;
      u64 m = ~0ull;
      for (auto& h : b[i]) m = std::min(m, h.t);
      if (m >= lim) return false;
      last = m;
      auto tmp = std::move(b[i]);
      b[i].clear();
      for (auto& h : tmp) b[idx(h.t ^ last)].push_back(h);
      tmp.clear();
      b[i] = std::move(tmp);
      if (b[0].size() > 1)
        std::sort(b[0].begin(), b[0].end(), [](const H& a, const H& c) { return a.seq < c.seq; });
    }
    if (b[0][cur].t >= lim) return false;
    o = b[0][cur++];
    return true;
  }
};
// two-level ladder/calendar queue. near ring: NB buckets of 2^sh ns; far ring: NF buckets each one
// near-lap wide; then a spill list.
struct Wheel {
  static constexpr u32 NB = 4096, NF = 8192;
  int sh;
  std::vector<std::vector<H>> near, far;
  std::vector<H> spill, cur;
  size_t ci = 0;
  u64 cb = 0;
  bool dirty = false;
  size_t live = 0;
  u64 bm[NB / 64] = {};
  void nput(const H& h, u64 b) {
    u32 k = b % NB;
    near[k].push_back(h);
    bm[k >> 6] |= 1ull << (k & 63);
  }
  // next occupied bucket of this lap after cb, or first bucket of the next lap
  u64 nextb() {
    u64 b = cb + 1;
    if (b % NB == 0) return b;
    u32 k = b % NB, w = k >> 6;
    u64 m = bm[w] & (~0ull << (k & 63));
    while (!m) {
      if (++w == NB / 64) return b - k + NB;
      m = bm[w];
    }
    return b - k + (w * 64 + __builtin_ctzll(m));
  }
  explicit Wheel(int sh) : sh(sh), near(NB), far(NF) {}
  void push(const H& h) {
    live++;
    u64 b = h.t >> sh;
    if (b <= cb) {
      auto it = std::upper_bound(cur.begin() + ci, cur.end(), h, lt);
      cur.insert(it, h);
      return;
    }
    u64 lap = b / NB, cl = cb / NB;
    if (lap == cl)
      nput(h, b);
    else if (lap - cl < NF)
      far[lap % NF].push_back(h);
    else
      spill.push_back(h);
  }
  bool pop(H& o, u64 lim) {
    while (ci >= cur.size()) {
      if (!live) return false;
      cur.clear();
      ci = 0;
      if ((cb << sh) >= lim) return false;
      cb = nextb();
      if (cb % NB == 0) lap();
      auto& v = near[cb % NB];
      if (!v.empty()) {
        cur.swap(v);
        bm[(cb % NB) >> 6] &= ~(1ull << (cb & 63));
        if (cur.size() > 1) sortb();
      }
    }
    if (cur[ci].t >= lim) return false;
    o = cur[ci++];
    live--;
    return true;
  }
  void sortb() {
    if (cur.size() <= 24) {
      for (size_t i = 1; i < cur.size(); i++) {
        H h = cur[i];
        size_t j = i;
        while (j && lt(h, cur[j - 1])) {
          cur[j] = cur[j - 1];
          j--;
        }
        cur[j] = h;
      }
    } else
      std::sort(cur.begin(), cur.end(), lt);
  }
  void lap() {
    u64 L = cb / NB;
    auto& f = far[L % NF];
    for (auto& h : f) nput(h, h.t >> sh);
    f.clear();
    std::vector<H>().swap(f);
    if (L % NF == 0) {
      std::vector<H> s;
      s.swap(spill);
      live -= s.size();
      for (auto& h : s) push(h);
    }
  }
};
struct EvI {
  u64 t;
  u32 seq, ref;
  u32 dst, pad;
  Msg m;
};
struct LtI {
  bool operator()(const EvI& a, const EvI& b) const {
    return a.t < b.t || (a.t == b.t && a.seq < b.seq);
  }
};
struct PQI {
  struct G {
    bool operator()(const EvI& a, const EvI& b) const { return LtI()(b, a); }
  };
  std::priority_queue<EvI, std::vector<EvI>, G> q;
  void push(const EvI& e) { q.push(e); }
  bool pop(EvI& o, u64 lim) {
    if (q.empty() || q.top().t >= lim) return false;
    o = q.top();
    q.pop();
    return true;
  }
};

template <bool GOSSIP, bool HASH, class Q>
void run_handles(const Args& a, u64 seed, Counters& c, Q& q) {
  const u32 n = a.n;
  const u64 lim = (u64)a.T * SEC;
  Table tb(n, GOSSIP);
  Pool pool;
  Rng rng(seed);
  u32 seq = 0;
  std::vector<u32> hbseq(n, 0);
  for (u32 i = 0; i < n; i++) {
    q.push({(u64)hb_phase(seed, i), seq++, HB << 30 | i});
    q.push({(u64)ck_phase(seed, i), seq++, CK << 30 | i});
  }
  H h;
  while (q.pop(h, lim)) {
    u32 k = h.ref >> 30, x = h.ref & 0x3fffffff;
    if (k == DELIVER) {
      Slot& s = pool.s[x];
      c.deliver++;
      c.sum += s.m.seq;
      tb.heard(s.dst, s.m.sender, (i64)h.t);
      if (HASH) c.h(h.t, s.dst, s.m.sender, s.m.seq);
      pool.put(x);
    } else if (k == HB) {
      c.hb++;
      Msg m;
      memset(&m, 0, 64);
      m.sender = x;
      m.seq = hbseq[x]++;
      memset(m.fill, (int)m.seq, 56);
      u32 cnt = GOSSIP ? 8 : n - 1;
      for (u32 j = 0; j < cnt; j++) {
        u32 d = GOSSIP ? rng.below(n - 1) : j;
        if (d >= x) d++;
        u32 s = pool.get();
        Slot& sl = pool.s[s];
        sl.m = m;
        sl.dst = d;
        q.push({h.t + 500000 + rng.below(1000000), seq++, s});
      }
      q.push({h.t + 5 * SEC, seq++, h.ref});
    } else {
      c.check++;
      c.timeouts += tb.check(x, (i64)h.t);
      q.push({h.t + SEC, seq++, h.ref});
    }
  }
}
// shared payload: slot holds one message + refcount; the event carries (slot,dst) -> 24-byte handle
// avoided by a per-burst dst recompute
struct H2 {
  u64 t;
  u32 seq;
  u32 ref;
  u32 dst;
  u32 pad;
};
static inline bool lt2(const H2& a, const H2& b) {
  return ((__uint128_t)a.t << 32 | a.seq) < ((__uint128_t)b.t << 32 | b.seq);
}
struct Wheel2 {
  static constexpr u32 NB = 4096, NF = 8192;
  int sh;
  std::vector<std::vector<H2>> near, far;
  std::vector<H2> spill, cur;
  size_t ci = 0;
  u64 cb = 0;
  size_t live = 0;
  u64 bm[NB / 64] = {};
  void nput(const H2& h, u64 b) {
    u32 k = b % NB;
    near[k].push_back(h);
    bm[k >> 6] |= 1ull << (k & 63);
  }
  // next occupied bucket of this lap after cb, or first bucket of the next lap
  u64 nextb() {
    u64 b = cb + 1;
    if (b % NB == 0) return b;
    u32 k = b % NB, w = k >> 6;
    u64 m = bm[w] & (~0ull << (k & 63));
    while (!m) {
      if (++w == NB / 64) return b - k + NB;
      m = bm[w];
    }
    return b - k + (w * 64 + __builtin_ctzll(m));
  }
  explicit Wheel2(int sh) : sh(sh), near(NB), far(NF) {}
  void push(const H2& h) {
    live++;
    u64 b = h.t >> sh;
    if (b <= cb) {
      auto it = std::upper_bound(cur.begin() + ci, cur.end(), h, lt2);
      cur.insert(it, h);
      return;
    }
    u64 lap = b / NB, cl = cb / NB;
    if (lap == cl)
      nput(h, b);
    else if (lap - cl < NF)
      far[lap % NF].push_back(h);
    else
      spill.push_back(h);
  }
  bool pop(H2& o, u64 lim) {
    while (ci >= cur.size()) {
      if (!live) return false;
      cur.clear();
      ci = 0;
      if ((cb << sh) >= lim) return false;
      cb = nextb();
      if (cb % NB == 0) lap();
      auto& v = near[cb % NB];
      if (!v.empty()) {
        cur.swap(v);
        bm[(cb % NB) >> 6] &= ~(1ull << (cb & 63));
        if (cur.size() > 1) {
          if (cur.size() <= 24) {
            for (size_t i = 1; i < cur.size(); i++) {
              H2 h = cur[i];
              size_t j = i;
              while (j && lt2(h, cur[j - 1])) {
                cur[j] = cur[j - 1];
                j--;
              }
              cur[j] = h;
            }
          } else
            std::sort(cur.begin(), cur.end(), lt2);
        }
      }
    }
    if (cur[ci].t >= lim) return false;
    o = cur[ci++];
    live--;
    return true;
  }
  void lap() {
    u64 L = cb / NB;
    auto& f = far[L % NF];
    for (auto& h : f) nput(h, h.t >> sh);
    std::vector<H2>().swap(f);
    if (L % NF == 0) {
      std::vector<H2> s;
      s.swap(spill);
      live -= s.size();
      for (auto& h : s) push(h);
    }
  }
};
template <bool GOSSIP, bool HASH>
void run_shared(const Args& a, u64 seed, Counters& c, int sh) {
  const u32 n = a.n;
  const u64 lim = (u64)a.T * SEC;
  Table tb(n, GOSSIP);
  Rng rng(seed);
  u32 seq = 0;
  std::vector<u32> hbseq(n, 0);
  Wheel2 q(sh);
  struct B {
    Msg m;
    u32 rc, next;
  };
  std::vector<B> pool;
  u32 fr = ~0u;
  for (u32 i = 0; i < n; i++) {
    q.push({(u64)hb_phase(seed, i), seq++, HB << 30 | i, 0, 0});
    q.push({(u64)ck_phase(seed, i), seq++, CK << 30 | i, 0, 0});
  }
  H2 h;
  while (q.pop(h, lim)) {
    u32 k = h.ref >> 30, x = h.ref & 0x3fffffff;
    if (k == DELIVER) {
      B& s = pool[x];
      c.deliver++;
      c.sum += s.m.seq;
      tb.heard(h.dst, s.m.sender, (i64)h.t);
      if (HASH) c.h(h.t, h.dst, s.m.sender, s.m.seq);
      if (!--s.rc) {
        s.next = fr;
        fr = x;
      }
    } else if (k == HB) {
      c.hb++;
      u32 s;
      if (fr == ~0u) {
        pool.emplace_back();
        s = pool.size() - 1;
      } else {
        s = fr;
        fr = pool[s].next;
      }
      Msg& m = pool[s].m;
      m.sender = x;
      m.seq = hbseq[x]++;
      memset(m.fill, (int)m.seq, 56);
      u32 cnt = GOSSIP ? 8 : n - 1;
      pool[s].rc = cnt;
      for (u32 j = 0; j < cnt; j++) {
        u32 d = GOSSIP ? rng.below(n - 1) : j;
        if (d >= x) d++;
        q.push({h.t + 500000 + rng.below(1000000), seq++, s, d, 0});
      }
      q.push({h.t + 5 * SEC, seq++, h.ref, 0, 0});
    } else {
      c.check++;
      c.timeouts += tb.check(x, (i64)h.t);
      q.push({h.t + SEC, seq++, h.ref, 0, 0});
    }
  }
}
template <bool GOSSIP, bool HASH, class Q>
void run_inline(const Args& a, u64 seed, Counters& c, Q& q) {
  const u32 n = a.n;
  const u64 lim = (u64)a.T * SEC;
  Table tb(n, GOSSIP);
  Rng rng(seed);
  u32 seq = 0;
  std::vector<u32> hbseq(n, 0);
  EvI e;
  memset(&e, 0, sizeof e);
  for (u32 i = 0; i < n; i++) {
    e.t = hb_phase(seed, i);
    e.seq = seq++;
    e.ref = HB << 30 | i;
    q.push(e);
    e.t = ck_phase(seed, i);
    e.seq = seq++;
    e.ref = CK << 30 | i;
    q.push(e);
  }
  EvI h;
  while (q.pop(h, lim)) {
    u32 k = h.ref >> 30, x = h.ref & 0x3fffffff;
    if (k == DELIVER) {
      c.deliver++;
      c.sum += h.m.seq;
      tb.heard(h.dst, h.m.sender, (i64)h.t);
      if (HASH) c.h(h.t, h.dst, h.m.sender, h.m.seq);
    } else if (k == HB) {
      c.hb++;
      e.m.sender = x;
      e.m.seq = hbseq[x]++;
      memset(e.m.fill, (int)e.m.seq, 56);
      e.ref = 0;
      u32 cnt = GOSSIP ? 8 : n - 1;
      for (u32 j = 0; j < cnt; j++) {
        u32 d = GOSSIP ? rng.below(n - 1) : j;
        if (d >= x) d++;
        e.dst = d;
        e.t = h.t + 500000 + rng.below(1000000);
        e.seq = seq++;
        q.push(e);
      }
      h.t += 5 * SEC;
      h.seq = seq++;
      q.push(h);
    } else {
      c.check++;
      c.timeouts += tb.check(x, (i64)h.t);
      h.t += SEC;
      h.seq = seq++;
      q.push(h);
    }
  }
}
// bucket width: ~4 events per bucket at the mean rate and ~2 per bucket inside one burst; occupancy
// bitmap skips empty buckets
static int shift_for(const Args& a) {
  double rate = a.n * (1.0 + 0.2 + 0.2 * (a.gossip ? 8 : a.n - 1));
  double w = std::min(4e9 / rate, 2e6 / (a.gossip ? 8 : a.n));
  int s = 10;
  while (s < 18 && (double)(1ull << s) < w) s++;
  return s;
}
template <bool G, bool X>
void one(const Args& a, u64 seed, Counters& c) {
  if (a.mode == "pq") {
    PQ q;
    run_handles<G, X>(a, seed, c, q);
  } else if (a.mode == "heap4" || a.mode == "default") {
    Heap4<H, LtH> q;
    run_handles<G, X>(a, seed, c, q);
  } else if (a.mode == "radix") {
    Radix q;
    run_handles<G, X>(a, seed, c, q);
  } else if (a.mode == "wheel") {
    Wheel q(shift_for(a));
    run_handles<G, X>(a, seed, c, q);
  } else if (a.mode == "wheelm") {
    run_shared<G, X>(a, seed, c, shift_for(a));
  } else if (a.mode == "pq_inline") {
    PQI q;
    run_inline<G, X>(a, seed, c, q);
  } else if (a.mode == "heap4_inl") {
    Heap4<EvI, LtI> q;
    run_inline<G, X>(a, seed, c, q);
  } else {
    fprintf(stderr, "mode?\n");
    exit(2);
  }
}
int main(int ac, char** av) {
  Args a = parse(ac, av);
  Counters c;
  double w = now_s(), p = cpu_s();
  for (u32 k = 0; k < a.repeat; k++) {
    u64 s = a.seed + k;
    if (a.gossip)
      a.hash ? one<true, true>(a, s, c) : one<true, false>(a, s, c);
    else
      a.hash ? one<false, true>(a, s, c) : one<false, false>(a, s, c);
  }
  report("bare", a, c, now_s() - w, cpu_s() - p);
}
