import { VERSION } from '../version';

/** How webhooks name their sender: `Pricehook/<version>`. */
export const USER_AGENT = `Pricehook/${VERSION}`;
