package splitscope;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;

/**
 * The life of one member's process: it starts, obeys the lines on standard input (probe, shutdown),
 * and ends when that is closed, so that no member outlives who started it. Exit codes: 0 left
 * gracefully, 3 start-up failed, 4 its input was closed.
 */
final class MemberProcess {
    private MemberProcess() {
    }

    static void run(String[] arguments, BiFunction<Options, Events, ClusterMember> make) throws IOException {
        Options options = new Options(arguments);
        Events events = new Events(options.text("name", "n1"), System.out);
        // What Hazelcast logs goes to standard error.
        System.setOut(System.err);
        events.emit("process_started");
        ClusterMember member = make.apply(options, events);
        Thread reader = new Thread(() -> obey(member, events), "commands");
        reader.setDaemon(true);
        try {
            member.start();
        } catch (RuntimeException e) {
            events.emit("join_failed", "error", e.toString());
            Runtime.getRuntime().halt(3);
        }
        events.emit("member_started");
        reader.start();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void obey(ClusterMember member, Events events) {
        Probes probes = new Probes(events, member);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                switch (line.trim()) {
                    case "probe" -> probes.start();
                    case "shutdown" -> {
                        events.emit("shutdown_started");
                        member.shutDown();
                        events.emit("shutdown_finished");
                        Runtime.getRuntime().halt(0);
                    }
                    default -> events.emit("unknown_command", "line", line);
                }
            }
        } catch (IOException e) {
            events.emit("unknown_command", "line", e.toString());
        }
        Runtime.getRuntime().halt(4);
    }
}
