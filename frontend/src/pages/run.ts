/** One run. */
import "../shell";
import "../../styles/compare.css";
import "../../styles/evaluations.css";
import "../../styles/suggestions.css";
import "../elements/run";
