package splitscope;

import java.util.List;

/** What a member believes now. "list" is empty unless it has joined; oldest first. */
record MemberView(boolean joined, Entry self, String master, int version, List<Entry> list) {
    record Entry(String endpoint, String uuid) {
    }
}
