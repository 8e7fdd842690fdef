// turmoil driver: one host per node, three local tasks (receive, heartbeat, check), turmoil UDP sockets.
#[path = "../../hb.rs"]
mod hb;
use hb::*;
use std::{cell::RefCell, net::IpAddr, rc::Rc, time::Duration};
use tokio::time::{Instant, sleep_until};
use turmoil::{Builder, net::UdpSocket};
type St = Rc<RefCell<State>>;
async fn node(
    i: u32,
    a: Rc<Args>,
    seed: u64,
    st: St,
    ips: Rc<RefCell<Vec<IpAddr>>>,
) -> turmoil::Result {
    let sock = Rc::new(UdpSocket::bind(("0.0.0.0", 9000)).await?);
    let t0 = Instant::now();
    let (s2, st2) = (sock.clone(), st.clone());
    let rx = tokio::task::spawn_local(async move {
        let mut b = [0u8; 64];
        loop {
            let (_n, _from) = s2.recv_from(&mut b).await.unwrap();
            let now = t0.elapsed().as_nanos() as i64;
            st2.borrow_mut().deliver(i, &b, now);
        }
    });
    let st3 = st.clone();
    let _ck = tokio::task::spawn_local(async move {
        let mut t = t0 + Duration::from_micros(ck_phase_us(seed, i as u64));
        loop {
            sleep_until(t).await;
            st3.borrow_mut().check(i, t0.elapsed().as_nanos() as i64);
            t += Duration::from_secs(1);
        }
    });
    let _hb = tokio::task::spawn_local(async move {
        let mut rng = Rng::new(seed ^ mix(i as u64));
        let mut q = 0u32;
        let mut t = t0 + Duration::from_micros(hb_phase_us(seed, i as u64));
        loop {
            sleep_until(t).await;
            st.borrow_mut().hb += 1;
            let m = payload(i, q);
            q += 1;
            let cnt = if a.gossip { 8 } else { a.n - 1 };
            for j in 0..cnt {
                let mut d = if a.gossip { rng.below(a.n - 1) } else { j };
                if d >= i {
                    d += 1
                }
                let ip = ips.borrow()[d as usize];
                sock.send_to(&m, (ip, 9000)).await.unwrap();
            }
            t += Duration::from_secs(5);
        }
    });
    rx.await?;
    Ok(())
}
fn main() {
    let a = Rc::new(parse());
    let (w, mut run) = (clk(1), 0.0);
    let (mut d, mut h, mut c, mut to, mut hs) = (0, 0, 0, 0, 0);
    for k in 0..a.repeat as u64 {
        let seed = a.seed + k;
        let st: St = Rc::new(RefCell::new(State::new(a.n, a.gossip, a.hash)));
        let ips = Rc::new(RefCell::new(vec![]));
        let mut sim = Builder::new()
            .rng_seed(seed)
            .simulation_duration(Duration::from_secs(a.t as u64 * 2 + 10))
            .tick_duration(Duration::from_micros(a.tick_us))
            .min_message_latency(Duration::from_micros(500))
            .max_message_latency(Duration::from_micros(1500))
            .udp_capacity(1 << 16)
            .build();
        for i in 0..a.n {
            let (a, st, ips) = (a.clone(), st.clone(), ips.clone());
            sim.host(format!("n{i}"), move || {
                node(i, a.clone(), seed, st.clone(), ips.clone())
            });
        }
        for i in 0..a.n {
            let ip = sim.lookup(format!("n{i}"));
            ips.borrow_mut().push(ip);
        }
        let p = cpu();
        let steps = a.t as u64 * 1_000_000 / a.tick_us;
        for _ in 0..steps {
            sim.step().unwrap();
        }
        run += cpu() - p;
        let s = st.borrow();
        d += s.deliver;
        h += s.hb;
        c += s.check;
        to += s.timeouts;
        hs ^= s.hash;
        drop(s);
        drop(sim);
    }
    report("turmoil-0.7.2", &a, d, h, c, to, hs, clk(1) - w, run);
}
