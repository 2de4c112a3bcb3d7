/** Reports. */
import "../shell";
import "../elements/report";
