// Shared pieces of the Rust drivers (see SPEC.md)
#![allow(dead_code)]
use std::collections::HashMap;
pub fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D049BB133111EB);
    z ^ (z >> 31)
}
pub fn r(seed: u64, i: u64, k: u64) -> u64 {
    mix(mix(seed.wrapping_mul(0x9E3779B97F4A7C15).wrapping_add(i)).wrapping_add(k))
}
pub fn hb_phase_us(seed: u64, i: u64) -> u64 {
    10_000 + r(seed, i, 1) % 4_980_000
}
pub fn ck_phase_us(seed: u64, i: u64) -> u64 {
    10_000 + r(seed, i, 2) % 980_000
}
pub struct Rng(pub u64);
impl Rng {
    pub fn new(s: u64) -> Self {
        Rng(mix(s) | 1)
    }
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0xa0761d6478bd642f);
        let m = (self.0 as u128) * ((self.0 ^ 0xe7037ed1a0b428db) as u128);
        ((m >> 64) as u64) ^ (m as u64)
    }
    pub fn below(&mut self, n: u32) -> u32 {
        (((self.next() >> 32) * n as u64) >> 32) as u32
    }
}
#[derive(Clone)]
pub struct Args {
    pub n: u32,
    pub t: u32,
    pub gossip: bool,
    pub seed: u64,
    pub repeat: u32,
    pub mode: String,
    pub hash: bool,
    pub tick_us: u64,
}
pub fn parse() -> Args {
    let v: Vec<String> = std::env::args().skip(1).collect();
    let mut m: HashMap<String, String> = HashMap::new();
    let mut hash = false;
    let mut i = 0;
    while i < v.len() {
        if v[i] == "--hash" {
            hash = true;
            i += 1
        } else {
            m.insert(v[i][2..].into(), v[i + 1].clone());
            i += 2
        }
    }
    let g = |k: &str, d: u64| m.get(k).map(|s| s.parse::<u64>().unwrap()).unwrap_or(d);
    Args {
        n: g("n", 10) as u32,
        t: g("t", 100) as u32,
        gossip: m.get("variant").map(|s| s == "gossip").unwrap_or(false),
        seed: g("seed", 1),
        repeat: g("repeat", 1) as u32,
        mode: m.get("mode").cloned().unwrap_or("default".into()),
        hash,
        tick_us: g("tick-us", 1000),
    }
}
pub struct State {
    pub n: u32,
    pub g: bool,
    pub last: Vec<i64>,
    pub peer: Vec<u32>,
    pub deliver: u64,
    pub hb: u64,
    pub check: u64,
    pub timeouts: u64,
    pub sum: u64,
    pub hash: u64,
    pub do_hash: bool,
}
impl State {
    pub fn new(n: u32, g: bool, do_hash: bool) -> Self {
        let k = n as usize * if g { 32 } else { n as usize };
        State {
            n,
            g,
            last: vec![-1; k],
            peer: vec![!0; if g { k } else { 0 }],
            deliver: 0,
            hb: 0,
            check: 0,
            timeouts: 0,
            sum: 0,
            hash: 1469598103934665603,
            do_hash,
        }
    }
    pub fn deliver(&mut self, me: u32, b: &[u8], now: i64) {
        let s = u32::from_le_bytes(b[0..4].try_into().unwrap());
        let q = u32::from_le_bytes(b[4..8].try_into().unwrap());
        self.deliver += 1;
        self.sum += q as u64;
        if self.g {
            let k = me as usize * 32 + (s & 31) as usize;
            self.peer[k] = s;
            self.last[k] = now
        } else {
            self.last[me as usize * self.n as usize + s as usize] = now
        }
        if self.do_hash {
            for x in [now as u64, (me as u64) << 32 | s as u64, q as u64] {
                self.hash = (self.hash ^ x).wrapping_mul(1099511628211)
            }
        }
    }
    pub fn check(&mut self, me: u32, now: i64) {
        self.check += 1;
        let m = if self.g { 32 } else { self.n as usize };
        let lim = now - 15_000_000_000;
        self.timeouts += self.last[me as usize * m..(me as usize + 1) * m]
            .iter()
            .filter(|&&x| (x >= 0) & (x < lim))
            .count() as u64
    }
}
pub fn payload(s: u32, q: u32) -> [u8; 64] {
    let mut b = [q as u8; 64];
    b[0..4].copy_from_slice(&s.to_le_bytes());
    b[4..8].copy_from_slice(&q.to_le_bytes());
    b
}
#[repr(C)]
struct Ts {
    s: i64,
    n: i64,
}
#[repr(C)]
struct Ru {
    ut: [i64; 2],
    st: [i64; 2],
    maxrss: i64,
    rest: [i64; 13],
}
unsafe extern "C" {
    fn clock_gettime(c: i32, t: *mut Ts) -> i32;
    fn getrusage(w: i32, r: *mut Ru) -> i32;
}
// raw libc calls: std::time and `libc` paths may be interposed by a simulator
pub fn clk(c: i32) -> f64 {
    let mut t = Ts { s: 0, n: 0 };
    unsafe { clock_gettime(c, &mut t) };
    t.s as f64 + t.n as f64 * 1e-9
}
pub fn cpu() -> f64 {
    clk(2)
}
pub fn rss() -> i64 {
    let mut r: Ru = unsafe { std::mem::zeroed() };
    unsafe { getrusage(0, &mut r) };
    r.maxrss
}
pub fn report(
    tool: &str,
    a: &Args,
    d: u64,
    h: u64,
    c: u64,
    to: u64,
    hash: u64,
    wall: f64,
    run: f64,
) {
    println!(
        "{{\"tool\":\"{}\",\"mode\":\"{}\",\"variant\":\"{}\",\"n\":{},\"T\":{},\"seed\":{},\"repeat\":{},\"deliver\":{},\"hb\":{},\"check\":{},\"events\":{},\"timeouts\":{},\"wall\":{:.6},\"cpu_run\":{:.6},\"cpu_total\":{:.6},\"rss_kb\":{},\"hash\":\"{:016x}\"}}",
        tool,
        a.mode,
        if a.gossip { "gossip" } else { "mesh" },
        a.n,
        a.t,
        a.seed,
        a.repeat,
        d,
        h,
        c,
        d + h + c,
        to,
        wall,
        run,
        cpu(),
        rss(),
        hash
    )
}
