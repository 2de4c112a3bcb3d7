/** What the keys, phases and numbers mean. */
import "../shell";
import "../elements/phase_word";
import "../elements/key_editor";
