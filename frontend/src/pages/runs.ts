/** The list of runs. */
import "../shell";
import "../elements/runs";
