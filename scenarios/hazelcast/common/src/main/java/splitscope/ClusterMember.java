package splitscope;

import java.util.Map;
import java.util.concurrent.Future;

/** What a member of any version of Hazelcast can do. */
interface ClusterMember {
    /** Blocks until start-up is complete; throws where it fails. */
    void start();

    /** Leaves gracefully; blocks. */
    void shutDown();

    /** What it believes now; null before it was made. */
    MemberView look();

    /** For each member that owns a partition now, a key in one of its partitions. */
    Map<String, String> keysByOwner();

    Future<?> put(String key, String value);

    Future<?> get(String key);
}
