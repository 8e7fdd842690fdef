// madsim driver: one node per node, three tasks, madsim UdpSocket (mode default) or Endpoint with tags (mode ep).
#[path = "../../hb.rs"]
mod hb;
use hb::*;
use madsim::{
    Config,
    net::{Endpoint, UdpSocket},
    runtime::{Handle, Runtime},
    time::{Instant, sleep_until},
};
use std::{
    cell::UnsafeCell,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
struct Cell(UnsafeCell<State>);
unsafe impl Send for Cell {}
unsafe impl Sync for Cell {}
impl Cell {
    #[allow(clippy::mut_from_ref)]
    fn get(&self) -> &mut State {
        unsafe { &mut *self.0.get() }
    }
}
fn addr(i: u32) -> SocketAddr {
    (Ipv4Addr::from(0x0A000001u32 + i), 9000).into()
}
enum S {
    U(UdpSocket),
    E(Endpoint),
}
impl S {
    async fn send(&self, d: SocketAddr, b: &[u8]) {
        match self {
            S::U(s) => s.send_to(d, b).await.unwrap(),
            S::E(e) => e.send_to(d, 1, b).await.unwrap(),
        }
    }
    async fn recv(&self, b: &mut [u8]) {
        match self {
            S::U(s) => {
                s.recv_from(b).await.unwrap();
            }
            S::E(e) => {
                e.recv_from(1, b).await.unwrap();
            }
        }
    }
}
fn main() {
    let a = Arc::new(parse());
    let (w, mut run) = (clk(1), 0.0);
    let (mut d, mut h, mut c, mut to, mut hs) = (0, 0, 0, 0, 0);
    for k in 0..a.repeat as u64 {
        let seed = a.seed + k;
        let st = Arc::new(Cell(UnsafeCell::new(State::new(a.n, a.gossip, a.hash))));
        let mut cfg = Config::default();
        cfg.net.packet_loss_rate = 0.0;
        cfg.net.send_latency = Duration::from_micros(500)..Duration::from_micros(1500);
        let rt = Runtime::with_seed_and_config(seed, cfg);
        let p0 = cpu();
        let (a2, st2) = (a.clone(), st.clone());
        rt.block_on(async move {
            let (a, st) = (a2, st2);
            let hd = Handle::current();
            let t0 = Instant::now();
            let mut keep = vec![];
            for i in 0..a.n {
                let nd = hd.create_node().ip(addr(i).ip()).build();
                let (a, st) = (a.clone(), st.clone());
                nd.spawn(async move {
                    let s = Arc::new(if a.mode == "ep" {
                        S::E(Endpoint::bind(addr(i)).await.unwrap())
                    } else {
                        S::U(UdpSocket::bind(addr(i)).await.unwrap())
                    });
                    let (s2, st2) = (s.clone(), st.clone());
                    madsim::task::spawn(async move {
                        let mut b = [0u8; 64];
                        loop {
                            s2.recv(&mut b).await;
                            st2.get().deliver(i, &b, t0.elapsed().as_nanos() as i64);
                        }
                    });
                    let st3 = st.clone();
                    madsim::task::spawn(async move {
                        let mut t = t0 + Duration::from_micros(ck_phase_us(seed, i as u64));
                        loop {
                            sleep_until(t).await;
                            st3.get().check(i, t0.elapsed().as_nanos() as i64);
                            t += Duration::from_secs(1);
                        }
                    });
                    let mut rng = Rng::new(seed ^ mix(i as u64));
                    let mut q = 0u32;
                    let mut t = t0 + Duration::from_micros(hb_phase_us(seed, i as u64));
                    loop {
                        sleep_until(t).await;
                        st.get().hb += 1;
                        let m = payload(i, q);
                        q += 1;
                        let cnt = if a.gossip { 8 } else { a.n - 1 };
                        for j in 0..cnt {
                            let mut d = if a.gossip { rng.below(a.n - 1) } else { j };
                            if d >= i {
                                d += 1
                            }
                            s.send(addr(d), &m).await;
                        }
                        t += Duration::from_secs(5);
                    }
                });
                keep.push(nd);
            }
            sleep_until(t0 + Duration::from_secs(a.t as u64)).await;
        });
        run += cpu() - p0;
        let s = st.get();
        d += s.deliver;
        h += s.hb;
        c += s.check;
        to += s.timeouts;
        hs ^= s.hash;
    }
    report("madsim-0.2.34", &a, d, h, c, to, hs, clk(1) - w, run);
}
