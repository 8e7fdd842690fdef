package splitscope;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the cluster as a client would: a put and a get every 500 ms on one key for each member that
 * owned one when the probes began, each with a limit of 2 s. A failed, slow (200 ms) or first good
 * probe after a bad one is an event at once; the others are counted every 5 s.
 */
final class Probes {
    private static final long PERIOD_MS = 500;
    private static final long LIMIT_MS = 2000;
    private static final long SLOW_MS = 200;
    private static final long SUM_MS = 5000;

    private final Events events;
    private final ClusterMember member;
    private final Map<String, Thread> threads = new TreeMap<>();

    Probes(Events events, ClusterMember member) {
        this.events = events;
        this.member = member;
    }

    void start() {
        for (Map.Entry<String, String> entry : member.keysByOwner().entrySet()) {
            threads.computeIfAbsent(entry.getKey(), owner -> begin(owner, entry.getValue()));
        }
        events.emit("probes_started", "owners", threads.keySet());
    }

    private Thread begin(String owner, String key) {
        Thread thread = new Thread(() -> probe(owner, key), "probe " + owner);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void probe(String owner, String key) {
        long value = 0;
        long good = 0;
        long worstMs = 0;
        boolean wasGood = true;
        long summedAt = System.nanoTime();
        while (true) {
            long begun = System.nanoTime();
            String error = once(key, Long.toString(value++));
            long tookMs = (System.nanoTime() - begun) / 1_000_000;
            boolean isGood = error == null;
            if (!isGood || !wasGood || tookMs > SLOW_MS) {
                events.emitAt(begun, "probe", "owner", owner, "ok", isGood, "ms", tookMs, "error", error);
            }
            if (isGood) {
                ++good;
                worstMs = Math.max(worstMs, tookMs);
            }
            wasGood = isGood;
            if ((System.nanoTime() - summedAt) / 1_000_000 >= SUM_MS) {
                events.emit("probes", "owner", owner, "ok", good, "worst_ms", worstMs);
                good = 0;
                worstMs = 0;
                summedAt = System.nanoTime();
            }
            rest(PERIOD_MS - tookMs);
        }
    }

    /** Why it failed, or null. */
    private String once(String key, String value) {
        try {
            member.put(key, value).get(LIMIT_MS, TimeUnit.MILLISECONDS);
            member.get(key).get(LIMIT_MS, TimeUnit.MILLISECONDS);
            return null;
        } catch (TimeoutException e) {
            return "timeout";
        } catch (InterruptedException e) {
            return "interrupted";
        } catch (Exception e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return cause.getClass().getSimpleName();
        }
    }

    private static void rest(long ms) {
        if (ms <= 0) {
            return;
        }
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
