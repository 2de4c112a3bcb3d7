/** The wall of cells. */
import "../shell";
import "../../styles/fleet.css";
import "../elements/fleet";
