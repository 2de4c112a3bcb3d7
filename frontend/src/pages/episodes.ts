/** The list of attempts. */
import "../shell";
import "../elements/episodes";
