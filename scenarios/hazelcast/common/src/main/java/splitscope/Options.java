package splitscope;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the arguments say, each NAME=VALUE. Names that begin with "hazelcast." are properties; the
 * others are name, host, port, cluster, join (tcp-ip or multicast), member (repeated: the list),
 * auto_increment, port_count, connection_timeout_seconds, required_member, multicast_group, multicast_port,
 * multicast_ttl, multicast_timeout_seconds; and for the control socket of docs/node.md: control (its
 * path), node, incarnation, run_start_ns.
 */
final class Options {
    final Map<String, String> properties = new LinkedHashMap<>();
    final List<String> members = new ArrayList<>();
    private final Map<String, String> values = new LinkedHashMap<>();

    Options(String[] arguments) {
        // Nothing leaves this machine, and the process ends when it is told to.
        properties.put("hazelcast.phone.home.enabled", "false");
        properties.put("hazelcast.health.monitoring.level", "OFF");
        properties.put("hazelcast.shutdownhook.enabled", "false");
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException(argument + ": write NAME=VALUE");
            }
            String name = argument.substring(0, equals);
            String value = argument.substring(equals + 1);
            if (name.startsWith("hazelcast.")) {
                properties.put(name, value);
            } else if (name.equals("member")) {
                members.add(value);
            } else {
                values.put(name, value);
            }
        }
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise) {
        String value = values.get(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(values.get(name));
    }
}
