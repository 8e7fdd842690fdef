package splitscope;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleListener;
import com.hazelcast.internal.cluster.MemberInfo;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import com.hazelcast.internal.cluster.impl.MembersView;
import com.hazelcast.cluster.Address;
import com.hazelcast.instance.impl.HazelcastInstanceImpl;
import com.hazelcast.partition.PartitionLostEvent;
import com.hazelcast.partition.PartitionLostListener;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.map.IMap;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;

/** A member on Hazelcast 5.x. Its events carry the names that Splitscope's traces use. */
public final class Main implements ClusterMember {
    private static final int KEYS_TRIED = 5000;

    private final Options options;
    private final Events events;
    private volatile HazelcastInstance instance;
    private volatile HazelcastInstanceImpl own;
    private volatile IMap<String, String> map;

    private Main(Options options, Events events) {
        this.options = options;
        this.events = events;
    }

    public static void main(String[] arguments) throws IOException {
        MemberProcess.run(arguments, Main::new);
    }

    @Override
    public void start() {
        Config config = new Config();
        options.properties.forEach(config::setProperty);
        config.setClusterName(options.text("cluster", "dev"));
        NetworkConfig network = config.getNetworkConfig();
        network.setPort(options.number("port", 5701));
        network.setPortAutoIncrement(options.flag("auto_increment"));
        network.setPortCount(options.number("port_count", 100));
        network.getInterfaces().setEnabled(true).addInterface(options.text("host", "127.0.0.1"));
        configureJoin(network.getJoin());
        config.addListenerConfig(new ListenerConfig(new Lifecycle()));
        config.addListenerConfig(new ListenerConfig(new Membership()));
        config.addListenerConfig(new ListenerConfig(new Losses()));
        instance = Hazelcast.newHazelcastInstance(config);
        map = instance.getMap("splitscope-probes");
    }

    private void configureJoin(JoinConfig join) {
        boolean multicast = options.text("join", "tcp-ip").equals("multicast");
        join.getMulticastConfig().setEnabled(multicast);
        join.getTcpIpConfig().setEnabled(!multicast);
        join.getTcpIpConfig().setConnectionTimeoutSeconds(options.number("connection_timeout_seconds", 5));
        options.members.forEach(join.getTcpIpConfig()::addMember);
        join.getTcpIpConfig().setRequiredMember(options.text("required_member", null));
        join.getMulticastConfig().setMulticastGroup(options.text("multicast_group", "224.2.2.3"));
        join.getMulticastConfig().setMulticastPort(options.number("multicast_port", 54327));
        join.getMulticastConfig().setMulticastTimeToLive(options.number("multicast_ttl", 32));
        join.getMulticastConfig().setMulticastTimeoutSeconds(options.number("multicast_timeout_seconds", 2));
    }

    @Override
    public void shutDown() {
        instance.shutdown();
    }

    @Override
    public MemberView look() {
        HazelcastInstanceImpl created = own;
        if (created == null) {
            return null;
        }
        ClusterServiceImpl service = created.node.getClusterService();
        MembersView view = service.getMembershipManager().getMembersView();
        Member self = service.getLocalMember();
        Address master = service.getMasterAddress();
        boolean joined = service.isJoined() && master != null;
        List<MemberView.Entry> list = new ArrayList<>();
        if (joined) {
            for (MemberInfo info : view.getMembers()) {
                list.add(new MemberView.Entry(endpoint(info.getAddress()), String.valueOf(info.getUuid())));
            }
        }
        return new MemberView(joined, new MemberView.Entry(endpoint(self), String.valueOf(self.getUuid())),
            joined ? endpoint(master) : "0.0.0.0:0", joined ? view.getVersion() : 0, list);
    }

    @Override
    public Map<String, String> keysByOwner() {
        Map<String, String> keys = new LinkedHashMap<>();
        int wanted = instance.getCluster().getMembers().size();
        for (int i = 0; i < KEYS_TRIED && keys.size() < wanted; ++i) {
            Member owner = instance.getPartitionService().getPartition("probe" + i).getOwner();
            if (owner != null) {
                keys.putIfAbsent(endpoint(owner), "probe" + i);
            }
        }
        return keys;
    }

    @Override
    public Future<?> put(String key, String value) {
        return map.putAsync(key, value).toCompletableFuture();
    }

    @Override
    public Future<?> get(String key) {
        return map.getAsync(key).toCompletableFuture();
    }

    private static String endpoint(Address address) {
        return address.getHost() + ":" + address.getPort();
    }

    private static String endpoint(Member member) {
        InetSocketAddress address = member.getSocketAddress();
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private static Map<String, String> described(Member member) {
        Map<String, String> entry = new LinkedHashMap<>();
        entry.put("endpoint", endpoint(member));
        entry.put("uuid", String.valueOf(member.getUuid()));
        return entry;
    }

    /** Oldest member first. */
    private void emitView(Iterable<Member> members) {
        List<Map<String, String>> view = new ArrayList<>();
        members.forEach(member -> view.add(described(member)));
        events.emit("view_changed", "view", view);
    }

    private final class Lifecycle implements LifecycleListener, HazelcastInstanceAware {
        @Override
        public void setHazelcastInstance(HazelcastInstance created) {
            instance = created;
            own = (HazelcastInstanceImpl) created;
        }

        @Override
        public void stateChanged(LifecycleEvent event) {
            switch (event.getState()) {
                case STARTING -> events.emit("member_starting", "endpoint", self(), "uuid", uuid());
                case MERGING -> events.emit("merge_started");
                case MERGED -> events.emit("merge_finished", "merged", true, "uuid", uuid());
                case MERGE_FAILED -> events.emit("merge_finished", "merged", false, "uuid", uuid());
                default -> events.emit("lifecycle", "state", event.getState().name());
            }
        }

        private String self() {
            return endpoint(instance.getCluster().getLocalMember());
        }

        private String uuid() {
            return String.valueOf(instance.getCluster().getLocalMember().getUuid());
        }
    }

    private final class Membership extends com.hazelcast.cluster.MembershipAdapter {
        @Override
        public void memberAdded(MembershipEvent event) {
            events.emit("member_added", "member", described(event.getMember()));
            emitView(event.getMembers());
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            events.emit("member_removed", "member", described(event.getMember()));
            emitView(event.getMembers());
        }
    }

    private final class Losses implements PartitionLostListener {
        @Override
        public void partitionLost(PartitionLostEvent event) {
            events.emit("partition_lost", "partition", event.getPartitionId(), "backups",
                event.getLostBackupCount());
        }
    }
}
