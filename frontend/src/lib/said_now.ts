/** For pages that show what robots say from the beginning. */

import { ofRobots } from "./said";

export const said = await ofRobots();
