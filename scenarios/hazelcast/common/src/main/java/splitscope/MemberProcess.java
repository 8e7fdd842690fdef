package splitscope;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;

/**
 * The life of one member's process: it starts, obeys the lines on standard input (probe, shutdown),
 * and ends when that is closed, so that no member outlives who started it. With control=PATH it
 * serves that socket instead, and ends with whoever started it. SIGTERM: it leaves gracefully. Exit
 * codes: 0 left gracefully, 1 start-up failed, 4 its input was closed.
 */
final class MemberProcess {
    private MemberProcess() {
    }

    static void run(String[] arguments, BiFunction<Options, Events, ClusterMember> make) throws IOException {
        Options options = new Options(arguments);
        Events events = new Events(options.text("name", "n1"), System.out);
        // What Hazelcast logs goes to standard error.
        System.setOut(System.err);
        String control = options.text("control", "");
        ClusterMember member = make.apply(options, events);
        if (!control.isEmpty()) {
            ControlSocket socket = new ControlSocket(control);
            FactStream facts = new FactStream(socket, options);
            events.tell(facts);
            facts.watch(member::look);
            socket.serve();
        }
        sun.misc.Signal.handle(new sun.misc.Signal("TERM"), signal -> leave(member, events));
        events.emit("process_started");
        Thread reader = new Thread(() -> obey(member, events), "commands");
        reader.setDaemon(true);
        try {
            member.start();
        } catch (RuntimeException e) {
            events.emit("join_failed", "error", e.toString());
            Runtime.getRuntime().halt(1);
        }
        events.emit("member_started");
        if (control.isEmpty()) {
            reader.start();
        }
        try {
            if (!control.isEmpty()) {
                Thread.sleep(Long.MAX_VALUE);
            }
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void leave(ClusterMember member, Events events) {
        events.emit("shutdown_started");
        member.shutDown();
        events.emit("shutdown_finished");
        Runtime.getRuntime().halt(0);
    }

    private static void obey(ClusterMember member, Events events) {
        Probes probes = new Probes(events, member);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                switch (line.trim()) {
                    case "probe" -> probes.start();
                    case "shutdown" -> leave(member, events);
                    default -> events.emit("unknown_command", "line", line);
                }
            }
        } catch (IOException e) {
            events.emit("unknown_command", "line", e.toString());
        }
        Runtime.getRuntime().halt(4);
    }
}
