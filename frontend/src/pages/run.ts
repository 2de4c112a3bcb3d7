/** One run. */
import "../shell";
import "../../styles/evaluations.css";
import "../elements/run";
