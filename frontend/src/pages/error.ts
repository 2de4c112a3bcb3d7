/** Something is not there, not allowed, or went wrong. */
import "../shell";
