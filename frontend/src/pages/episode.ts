/** One attempt. */
import "../shell";
import "../../styles/replay.css";
import "../elements/episode";
