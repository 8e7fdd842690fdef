package splitscope;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The control socket of a member as docs/node.md describes it, for one client: the request "facts"
 * is answered with all facts so far, the present state, and from then on each line as it comes. Any
 * other request is refused. A line is never left out; the client must read.
 */
final class ControlSocket {
    private final ServerSocketChannel server;
    private final List<String> facts = new ArrayList<>();
    private String state;
    private SocketChannel client;
    private boolean streams;

    ControlSocket(String path) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(Path.of(path)));
    }

    void serve() {
        Thread thread = new Thread(this::accept, "control");
        thread.setDaemon(true);
        thread.start();
    }

    synchronized void fact(String line) {
        facts.add(line);
        if (streams) {
            send(line);
        }
    }

    synchronized void state(String line) {
        state = line;
        if (streams) {
            send(line);
        }
    }

    private void accept() {
        while (true) {
            try (SocketChannel accepted = server.accept()) {
                BufferedReader in = new BufferedReader(Channels.newReader(accepted, StandardCharsets.UTF_8));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    answer(accepted, line);
                }
            } catch (IOException e) {
                // This client is gone; the next may come.
            }
            synchronized (this) {
                streams = false;
            }
        }
    }

    private synchronized void answer(SocketChannel accepted, String request) {
        client = accepted;
        if (!request.contains("\"facts\"")) {
            send("{\"ok\":false,\"error\":\"a Hazelcast member knows no such request\"}");
            return;
        }
        send("{\"ok\":true,\"missed\":\"0\"}");
        facts.forEach(this::send);
        if (state != null) {
            send(state);
        }
        streams = true;
    }

    private void send(String line) {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
        } catch (IOException e) {
            streams = false;
        }
    }
}
