/** One run. */
import "../shell";
import "../elements/run";
