/** Administration. */
import "../shell";
import "../elements/admin";
