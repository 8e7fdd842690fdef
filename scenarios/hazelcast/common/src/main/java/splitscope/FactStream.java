package splitscope;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Turns what a member reports, and what it is seen to believe, into the facts and states of
 * docs/node.md. Views are looked at when Hazelcast tells of a change and every 10 ms, so a fact of a
 * view is at most that late; what a view has more or less than the one before is a fact each.
 */
final class FactStream implements Events.Listener {
    private static final long LOOK_MS = 10;
    private static final String NOBODY = "0.0.0.0:0";

    private final ControlSocket control;
    private final long runStart;
    private final int node;
    private final int incarnation;
    private final String host;
    private final String cluster;
    private Supplier<MemberView> look = () -> null;
    private long sequence;
    private boolean started;
    private boolean leaving;
    private MemberView last = new MemberView(false, new MemberView.Entry(NOBODY, ""), NOBODY, 0, List.of());
    private String lastState = "";

    FactStream(ControlSocket control, Options options) {
        this.control = control;
        runStart = Long.parseLong(options.text("run_start_ns", "0"));
        node = options.number("node", 0);
        incarnation = options.number("incarnation", 1);
        host = options.text("host", "127.0.0.1");
        cluster = options.text("cluster", "dev");
    }

    void watch(Supplier<MemberView> member) {
        synchronized (this) {
            look = member;
        }
        Thread thread = new Thread(this::lookAlways, "views");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public synchronized void on(String kind, Object... fields) {
        switch (kind) {
            case "process_started" -> fact(Fact.PROCESS_STARTED, packed(host + ":0"));
            case "member_starting" -> {
                MemberView now = look.get();
                MemberView.Entry self = now == null ? last.self() : now.self();
                UUID uuid = UUID.fromString(self.uuid());
                fact(Fact.MEMBER_STARTING, packed(self.endpoint()), uuid.getMostSignificantBits(),
                    uuid.getLeastSignificantBits());
            }
            case "member_started" -> {
                observe();
                started = true;
                fact(Fact.MEMBER_STARTED, packed(last.master()), last.version());
            }
            case "join_failed" -> fact(Fact.JOIN_FAILED);
            case "merge_started" -> fact(Fact.MERGE_STARTED);
            case "merge_finished" -> {
                observe();
                fact(Fact.MERGE_FINISHED, packed(last.master()), Boolean.TRUE.equals(fields[1]) ? 1 : 0);
            }
            case "shutdown_started" -> {
                leaving = true;
                fact(Fact.SHUTDOWN_STARTED);
            }
            case "shutdown_finished" -> {
                fact(Fact.SHUTDOWN_FINISHED);
                fact(Fact.PROCESS_EXITED);
            }
            default -> {
            }
        }
        observe();
    }

    private void lookAlways() {
        while (true) {
            observe();
            try {
                Thread.sleep(LOOK_MS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized void observe() {
        MemberView now = look.get();
        if (now != null && !now.equals(last)) {
            tellChanges(now);
            last = now;
        }
        String state = stateLine();
        if (!state.equals(lastState)) {
            lastState = state;
            control.state("{\"state\":{\"time_ns\":" + (System.nanoTime() - runStart) + state);
        }
    }

    private void tellChanges(MemberView now) {
        Set<MemberView.Entry> before = new HashSet<>(last.list());
        Set<MemberView.Entry> after = new HashSet<>(now.list());
        // Its own list vanishes while it merges; that removes nobody.
        if (now.joined()) {
            last.list().stream().filter(entry -> !after.contains(entry)).forEach(
                entry -> about(Fact.MEMBER_REMOVED, entry, 0));
            for (int i = 0; i < now.list().size(); ++i) {
                MemberView.Entry entry = now.list().get(i);
                if (!before.contains(entry)) {
                    about(Fact.MEMBER_ADDED, entry, i);
                }
            }
        }
        if (now.joined() && !now.master().equals(last.master())) {
            MemberView.Entry master = now.list().stream().filter(
                entry -> entry.endpoint().equals(now.master())).findFirst().orElse(null);
            if (master != null) {
                about(Fact.MASTER_CHANGED, master, 0);
            }
        }
        boolean isNew = !now.list().equals(last.list()) || now.version() != last.version();
        if (now.joined() && isNew) {
            fact(Fact.VIEW_CHANGED, now.version(), now.list().size(),
                now.list().stream().map(MemberView.Entry::uuid).toList().hashCode() & 0xffffffffL,
                packed(now.master()));
        }
        if (now.joined() && !last.joined()) {
            fact(Fact.MEMBER_JOINED, packed(now.master()), now.version());
        }
    }

    private void about(Fact kind, MemberView.Entry entry, long last) {
        UUID uuid = UUID.fromString(entry.uuid());
        fact(kind, packed(entry.endpoint()), uuid.getMostSignificantBits(), uuid.getLeastSignificantBits(), last);
    }

    private void fact(Fact kind, long... arguments) {
        long[] four = Arrays.copyOf(arguments, 4);
        String texts = Arrays.stream(four).mapToObj(value -> '"' + Long.toUnsignedString(value) + '"')
            .collect(Collectors.joining(","));
        ++sequence;
        control.fact("{\"fact\":{\"time_ns\":" + (System.nanoTime() - runStart) + ",\"sequence\":\"" + sequence
            + "\",\"cause\":\"0\",\"node\":" + node + ",\"incarnation\":" + incarnation + ",\"kind\":\""
            + kind.text() + "\",\"number\":" + kind.number + ",\"arguments\":[" + texts + "]}}");
    }

    private String stateLine() {
        List<String> view = new ArrayList<>();
        for (MemberView.Entry entry : last.list()) {
            view.add("{\"uuid\":\"" + entry.uuid() + "\",\"endpoint\":\"" + entry.endpoint() + "\"}");
        }
        String uuid = last.self().uuid().isEmpty() ? new UUID(0, 0).toString() : last.self().uuid();
        return ",\"joined\":" + last.joined() + ",\"started\":" + started + ",\"leaving\":" + leaving
            + ",\"uuid\":\"" + uuid + "\",\"endpoint\":\"" + named(last.self().endpoint()) + "\",\"master\":\""
            + named(last.master()) + "\",\"cluster\":\"" + cluster + "\",\"view_version\":" + last.version()
            + ",\"view\":[" + String.join(",", view) + "],\"suspects\":[]}}";
    }

    private static String named(String endpoint) {
        return endpoint.equals(NOBODY) ? "" : endpoint;
    }

    /** An IPv4 endpoint in one word, as Splitscope packs it. */
    private static long packed(String endpoint) {
        int colon = endpoint.lastIndexOf(':');
        long address = 0;
        for (String part : endpoint.substring(0, colon).split("\\.")) {
            address = address << 8 | Integer.parseInt(part);
        }
        return address << 16 | Integer.parseInt(endpoint.substring(colon + 1));
    }

    /** Kinds of engine/base/trace_event.hpp, with their numbers there. */
    private enum Fact {
        PROCESS_STARTED(20), PROCESS_EXITED(21), MEMBER_STARTING(60), MEMBER_JOINED(61), JOIN_FAILED(62),
        VIEW_CHANGED(63), MEMBER_ADDED(64), MEMBER_REMOVED(65), MASTER_CHANGED(68), MERGE_STARTED(76),
        MERGE_FINISHED(77), SHUTDOWN_STARTED(80), SHUTDOWN_FINISHED(81), MEMBER_STARTED(84);

        private final int number;

        Fact(int number) {
            this.number = number;
        }

        String text() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
