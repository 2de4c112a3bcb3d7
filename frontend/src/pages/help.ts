/** What the keys, phases and numbers mean. */
import "../shell";
