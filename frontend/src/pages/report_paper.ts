/** The report on paper: everything is drawn by the server. */
import "../shell";
import "../../styles/paper.css";
