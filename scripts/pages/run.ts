/** npm run pages */
import { write } from './write.ts';

try {
  await write();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
