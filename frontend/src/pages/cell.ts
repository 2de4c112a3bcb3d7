/** One cell: the cockpit. */
import "../shell";
import "../../styles/cockpit.css";
import "../elements/cockpit";
