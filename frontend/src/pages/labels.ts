/** The label queue. */
import "../shell";
import "../../styles/replay.css";
import "../elements/label_queue";
