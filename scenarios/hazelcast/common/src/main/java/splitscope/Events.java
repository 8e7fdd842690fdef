package splitscope;

import java.io.PrintStream;
import java.util.Collection;
import java.util.Map;

/**
 * Writes what this member reports, one JSON object a line on standard output: "t" in nanoseconds of
 * CLOCK_MONOTONIC (System.nanoTime() on Linux), "n" the member's name, "e" the kind, then its
 * fields. Lines are whole, whichever thread writes.
 */
final class Events {
    /** Is told the same as is written, before it is. */
    interface Listener {
        void on(String kind, Object... fields);
    }

    private final String name;
    private final PrintStream out;
    private volatile Listener listener;

    Events(String name, PrintStream out) {
        this.name = name;
        this.out = out;
    }

    void tell(Listener told) {
        listener = told;
    }

    /** Pairs of key and value. */
    void emit(String kind, Object... fields) {
        emitAt(System.nanoTime(), kind, fields);
    }

    void emitAt(long nanoTime, String kind, Object... fields) {
        if (listener != null) {
            listener.on(kind, fields);
        }
        StringBuilder line = new StringBuilder(160);
        line.append("{\"t\":").append(nanoTime).append(",\"n\":");
        write(line, name);
        line.append(",\"e\":");
        write(line, kind);
        for (int i = 0; i + 1 < fields.length; i += 2) {
            line.append(',');
            write(line, fields[i]);
            line.append(':');
            write(line, fields[i + 1]);
        }
        line.append("}\n");
        synchronized (out) {
            out.append(line);
            out.flush();
        }
    }

    private static void write(StringBuilder line, Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            line.append(value);
        } else if (value instanceof Collection<?> items) {
            line.append('[');
            String separator = "";
            for (Object item : items) {
                line.append(separator);
                write(line, item);
                separator = ",";
            }
            line.append(']');
        } else if (value instanceof Map<?, ?> entries) {
            line.append('{');
            String separator = "";
            for (Map.Entry<?, ?> entry : entries.entrySet()) {
                line.append(separator);
                write(line, String.valueOf(entry.getKey()));
                line.append(':');
                write(line, entry.getValue());
                separator = ",";
            }
            line.append('}');
        } else {
            writeText(line, value.toString());
        }
    }

    private static void writeText(StringBuilder line, String text) {
        line.append('"');
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c < 0x20) {
                line.append(String.format("\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        line.append('"');
    }
}
