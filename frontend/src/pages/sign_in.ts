/** Sign in. */
import "../shell";
import "../elements/sign_in";
