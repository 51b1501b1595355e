// `npm start`: the whole stack, in this process.
import { setup } from './setup.mjs';

setup();
const { up } = await import('../dist/dev/up.js');
await up();
