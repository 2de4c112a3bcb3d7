/** One cell: the cockpit. */
import "../shell";
import "../../styles/cockpit.css";
import "../../styles/drive.css";
import "../elements/cockpit";
